/** Schemas that people wrote: each gives a form whose fields can all be opened, and that says what is missing. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { checkValue } from "../../src/dashboard/form/schema/check-value.ts";
import { initialValue, newItem } from "../../src/dashboard/form/schema/initial-value.ts";
import type { Json } from "../../src/dashboard/form/schema/json.ts";
import { readField } from "../../src/dashboard/form/schema/read-field.ts";
import { createScope, type SchemaScope } from "../../src/dashboard/form/schema/schema-scope.ts";
import { serverCheck } from "./server-violations.ts";

const ROOT = join(import.meta.dir, "../..");
const read = (path: string) => JSON.parse(readFileSync(path, "utf8")) as Json;
const inPackage = (path: string) => read(require.resolve(path));

const TASKS = readdirSync(join(ROOT, "tasks")).map((name): [string, Json] => [
  `tasks/${name}`,
  read(join(ROOT, "tasks", name, "input.schema.json")),
]);

const OPENAPI = join(dirname(require.resolve("@seriousme/openapi-schema-validator")), "schemas");

const DOCUMENTS: readonly [string, Json][] = [
  ["docs/schemas/task-metadata", read(join(ROOT, "docs/schemas/task-metadata.schema.json"))],
  ["docs/schemas/task-test", read(join(ROOT, "docs/schemas/task-test.schema.json"))],
  ["Biome's configuration", read(join(ROOT, "node_modules/@biomejs/biome/configuration_schema.json"))],
  [
    "CycloneDX 1.6",
    read(join(ROOT, "node_modules/@cyclonedx/cyclonedx-library/res/schema/bom-1.6.SNAPSHOT.schema.json")),
  ],
  ["HAR's log", inPackage("har-schema/lib/log.json")],
  ["draft 4", inPackage("ajv-draft-04/dist/refs/json-schema-draft-04.json")],
  ["draft 6", inPackage("ajv/dist/refs/json-schema-draft-06.json")],
  ["draft 7", inPackage("ajv/dist/refs/json-schema-draft-07.json")],
  ["OpenAPI 3.0", read(join(OPENAPI, "v3.0/schema.json"))],
  ["OpenAPI 3.1", read(join(OPENAPI, "v3.1/schema.json"))],
];

/** What an empty field has as its value. */
const BLANK: readonly (Json | undefined)[] = [undefined, null, ""];

function valueAt(value: Json | undefined, pointer: string): Json | undefined {
  const names = pointer.split("/").slice(1);
  return names.reduce<Json | undefined>((part, name) => (part as Record<string, Json> | undefined)?.[name], value);
}

/** How many fields of each kind are opened. Recursive schemas have no end. */
type Counts = Record<string, number>;

function openAll(scope: SchemaScope, schema: Json, depth: number, counts: Counts): Counts {
  const field = readField(scope, schema, undefined);
  counts[field.kind] = (counts[field.kind] ?? 0) + 1;
  if (depth === 0) return counts;
  const open = (part: Json) => openAll(scope, part, depth - 1, counts);
  if (field.kind === "object") {
    for (const { schema: part } of field.members) open(part);
    if (field.extra !== undefined) open(field.extra);
  }
  if (field.kind === "array") for (const part of [...field.prefix, field.items ?? true]) open(part);
  if (field.kind === "union") for (const { schema: part } of field.alternatives) open(part);
  newItem(scope, schema);
  return counts;
}

describe.each([...TASKS])("%s", (_, schema) => {
  test("has a form of plain fields that begins with a valid value, or says what is missing", async () => {
    const scope = createScope(schema);
    const start = initialValue(scope, schema, true) ?? null;
    const violations = (await serverCheck(schema))(start);
    const found = checkValue(scope, schema, start);
    expect(found.length === 0).toBe(violations.length === 0);
    expect(found.filter(({ pointer }) => !BLANK.includes(valueAt(start, pointer)))).toEqual([]);
    expect(openAll(scope, schema, 3, {}).json ?? 0).toBe(0);
  });
});

describe.each([...DOCUMENTS])("the schema of %s", (_, schema) => {
  test("has a form whose parts can all be opened", () => {
    const scope = createScope(schema);
    const start = initialValue(scope, schema, true);
    const wrong = checkValue(scope, schema, start).filter(({ pointer }) => !BLANK.includes(valueAt(start, pointer)));
    expect(wrong).toEqual([]);
    const { json = 0, ...others } = openAll(scope, schema, 2, {});
    const count = Object.values(others).reduce((sum, one) => sum + one, 0);
    expect(count).toBeGreaterThan(json);
  });
});
