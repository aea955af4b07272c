/** What follows from the definition of a resource; the type checker checks as much of this as the runner. */
import { expect, test } from "bun:test";
import type { GraphQLObjectType } from "graphql";
import { addEnums, createBuilder } from "../../src/api/graphql/builder.ts";
import { exposedFields } from "../../src/api/graphql/exposed-fields.ts";
import { COUNT, ID_OR_NULL, TASK_OR_NULL, TEXT, TIME, WORDS } from "../../src/api/resources/parts.ts";
import { definePartialResource, defineResource, type View } from "../../src/api/resources/resource.ts";
import { JOB_STATUSES } from "../../src/domain/job.ts";

const THING = definePartialResource(
  "A thing.",
  {
    id: { ...COUNT, description: "Its number." },
    parent: { ...ID_OR_NULL, description: "Its parent." },
    status: { type: "string", enum: JOB_STATUSES, description: "Its status." },
    size: { type: "integer", format: "int64", description: "Its size." },
    tags: { ...WORDS, description: "Its tags." },
    task: { ...TASK_OR_NULL, description: "Its task." },
    value: { description: "Its value." },
    at: { ...TIME, description: "Its time." },
    note: { ...TEXT, description: "Its note." },
  },
  ["note"],
);

const RIGHT: View<typeof THING> = {
  id: 1,
  parent: null,
  status: "queued",
  size: 1,
  tags: [],
  task: null,
  value: [1],
  at: "2026-11-23T08:00:00Z",
};

test("a resource requires the members that are not optional, and no others", () => {
  expect(THING.required).toEqual(["id", "parent", "status", "size", "tags", "task", "value", "at"]);
  expect(THING.additionalProperties).toBe(false);
});

type Thing = View<typeof THING>;
/** Whether a view with these members in place of the right ones would compile. */
type Fits<Members> = Omit<typeof RIGHT, keyof Members> & Members extends Thing ? true : false;

test("a view that does not fit its resource does not compile", () => {
  const right: Fits<{ note: string }> = true;
  // Each of these is a compile error once its type is true.
  const wrong: [
    Fits<{ id: string }>,
    Fits<{ id: null }>,
    Fits<{ status: "gone" }>,
    Fits<{ task: { id: number } }>,
    Fits<{ tags: number[] }>,
    Fits<{ note: null }>,
    Fits<{ at: undefined }>,
  ] = [false, false, false, false, false, false, false];
  expect([right, ...wrong].filter(Boolean)).toEqual([true]);
});

test("GraphQL's fields have the names, types and sentences of the resource", () => {
  const builder = createBuilder();
  const enums = addEnums(builder);
  builder.queryType({ fields: (t) => ({ nothing: t.int({ resolve: () => 0 }) }) });
  builder
    .objectRef<Omit<View<typeof THING>, "task"> & { note: string }>("Thing")
    .implement({ fields: (t) => exposedFields(t, enums, THING, ["task"]) });
  const fields = (builder.toSchema().getType("Thing") as GraphQLObjectType).getFields();
  expect(Object.fromEntries(Object.values(fields).map(({ name, type }) => [name, String(type)]))).toEqual({
    id: "Int!",
    parent: "Int",
    status: "JobStatus!",
    size: "Float!",
    tags: "[String!]!",
    value: "JSON",
    at: "DateTime!",
    // It may be absent.
    note: "String",
  });
  expect(fields.parent?.description).toBe("Its parent.");
});

test("a member that needs a resolver is left out", () => {
  const builder = createBuilder();
  const enums = addEnums(builder);
  const OTHER = defineResource("Another.", { id: THING.properties.id, size: THING.properties.size });
  builder.objectRef<{ id: number }>("Other").implement({
    fields: (t) => {
      const fields = exposedFields(t, enums, OTHER, ["size"]);
      expect(Object.keys(fields)).toEqual(["id"]);
      return fields;
    },
  });
  builder.queryType({ fields: (t) => ({ nothing: t.int({ resolve: () => 0 }) }) });
  builder.toSchema();
  expect.assertions(1);
});
