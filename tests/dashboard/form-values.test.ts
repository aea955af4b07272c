/** The form's reading of schemas: every value that a schema describes can be entered, and what is wrong is seen at once. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { bestAlternative } from "../../src/dashboard/form/schema/alternatives.ts";
import { checkValue, isValid } from "../../src/dashboard/form/schema/check-value.ts";
import { chooseAlternative, moveItem, removeItem, setMember } from "../../src/dashboard/form/schema/edit-value.ts";
import { initialValue, newItem } from "../../src/dashboard/form/schema/initial-value.ts";
import { type FieldValue, isArray, isObject, type Json, memberOf } from "../../src/dashboard/form/schema/json.ts";
import { readField } from "../../src/dashboard/form/schema/read-field.ts";
import { createScope, type SchemaScope } from "../../src/dashboard/form/schema/schema-scope.ts";
import { anyDescribed } from "./described-values.ts";
import { serverCheck } from "./server-violations.ts";

/** Enters a value as a reader does: field by field, beginning with what is there. */
function enter(scope: SchemaScope, schema: Json, start: FieldValue, target: FieldValue, isRequired = true): FieldValue {
  const field = readField(scope, schema, start);
  if (target === undefined) return undefined;
  switch (field.kind) {
    case "object": {
      let value = start;
      const names = isObject(target) ? Object.keys(target) : [];
      const known = new Set(field.members.map(({ name }) => name));
      // What is given first: an object without anything of the reader's is left out.
      const isGiven = (name: string) => (memberOf(target, name) === undefined ? 1 : 0);
      const members = field.members.toSorted((one, other) => isGiven(one.name) - isGiven(other.name));
      for (const { name, schema: part, isRequired: isNeeded } of members) {
        const next = enter(scope, part, memberOf(value, name), memberOf(target, name), isNeeded);
        value = setMember({ scope, schema, value, isRequired }, name, next);
      }
      for (const name of names.filter((key) => !known.has(key))) {
        const next = enter(scope, field.extra ?? true, newItem(scope, field.extra ?? true), memberOf(target, name));
        value = setMember({ scope, schema, value, isRequired }, name, next);
      }
      return value;
    }
    case "array": {
      if (!isArray(target)) return target;
      const schemaOf = (index: number) => field.prefix[index] ?? field.items ?? true;
      return target.map((item, index) => enter(scope, schemaOf(index), newItem(scope, schemaOf(index)), item) ?? null);
    }
    case "union": {
      if (target === null && field.isNullable) return null;
      const index = bestAlternative(scope, field.alternatives, target);
      const chosen = field.alternatives[index];
      if (chosen === undefined) return target;
      return enter(scope, chosen.schema, chooseAlternative(scope, chosen, start), target);
    }
    case "constant":
      return field.value;
    case "choice":
      expect(field.choices.map(({ value }) => value)).toContainEqual(target);
      return target;
    default:
      return target;
  }
}

test("whatever a schema describes can be entered field by field, with nothing lost and nothing added", () => {
  fc.assert(
    fc.property(anyDescribed, ({ schema, value }) => {
      const scope = createScope(schema);
      expect(enter(scope, schema, initialValue(scope, schema, true), value)).toEqual(value);
    }),
    { numRuns: 150 },
  );
});

test("the check at once agrees with the server's validator, for right and for wrong values", async () => {
  await fc.assert(
    fc.asyncProperty(anyDescribed, fc.jsonValue({ maxDepth: 2 }), async ({ schema, value }, other) => {
      const scope = createScope(schema);
      const validate = await serverCheck(schema);
      for (const one of [value, other as Json, initialValue(scope, schema, true) ?? null]) {
        const says = validate(one).length === 0;
        expect({ one, valid: isValid(scope, schema, one) }).toEqual({ one, valid: says });
      }
    }),
    { numRuns: 150 },
  );
});

test("a form begins with a value that is valid, or says what is missing", async () => {
  await fc.assert(
    fc.asyncProperty(anyDescribed, async ({ schema }) => {
      const scope = createScope(schema);
      const start = initialValue(scope, schema, true);
      const validate = await serverCheck(schema);
      const isRight = start !== undefined && validate(start).length === 0;
      expect(isRight || checkValue(scope, schema, start).length > 0).toBe(true);
    }),
    { numRuns: 150 },
  );
});

test("items keep their values when they are moved and removed", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), fc.nat(), fc.nat(), (items, one, other) => {
      const [from, to] = [one % items.length, other % items.length];
      const moved = moveItem(items, from, to);
      expect(moved[to]).toBe(items[from] as number);
      expect([...moved].sort()).toEqual([...items].sort());
      expect(moveItem(moved, to, from)).toEqual(items);
      expect(removeItem(moved, to)).toEqual(removeItem(items, from));
    }),
  );
});

describe("an object", () => {
  const schema: Json = {
    properties: {
      kind: { enum: ["person", "company"] },
      address: {
        type: "object",
        properties: { type: { const: "postal" }, city: { type: "string" }, country: { type: "string" } },
        required: ["type", "city"],
      },
    },
    if: { properties: { kind: { const: "company" } }, required: ["kind"] },
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { properties: { vat: { type: "string" }, form: { const: "GmbH" } }, required: ["vat"] },
  };
  const scope = createScope(schema);
  const set = (value: FieldValue, name: string, member: FieldValue) =>
    setMember({ scope, schema, value, isRequired: true }, name, member);

  test("has the members of a condition while it is met", () => {
    const company = set({}, "kind", "company");
    expect(company).toEqual({ kind: "company", form: "GmbH" });
    expect(set(set(company, "vat", "DE1"), "kind", "person")).toEqual({ kind: "person" });
  });

  test("fills constants in, and is left out with the last value of its own", () => {
    const address = memberOf(schema, "properties") as Json;
    const edited = { scope, schema: memberOf(address, "address") as Json, isRequired: false };
    const there = setMember({ ...edited, value: undefined }, "city", "Oslo");
    expect(there).toEqual({ type: "postal", city: "Oslo" });
    expect(setMember({ ...edited, value: there }, "city", undefined)).toBeUndefined();
  });
});
