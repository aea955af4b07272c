import fc from "fast-check";
import type { Json, JsonObject } from "../../src/dashboard/form/schema/json.ts";

/** A schema and a value that matches it. */
export interface Described {
  schema: JsonObject;
  value: Json;
}

const NAME = fc.constantFrom("a", "b c", "d/e", "f~g", "constructor", "länge", "0");

const LEAF: fc.Arbitrary<Described> = fc.oneof(
  fc.record({ schema: fc.constant({ type: "string" }), value: fc.string({ minLength: 1 }) }),
  fc.record({
    schema: fc.constant({ type: "string", minLength: 2, maxLength: 5 }),
    value: fc.string({ minLength: 2, maxLength: 2, unit: "grapheme-ascii" }),
  }),
  fc.record({
    schema: fc.constant({ type: "integer", minimum: -5, exclusiveMaximum: 9 }),
    value: fc.integer({ min: -5, max: 8 }),
  }),
  fc.record({ schema: fc.constant({ type: "number", default: 2.5 }), value: fc.integer().map((value) => value / 4) }),
  fc.record({ schema: fc.constant({ type: "boolean" }), value: fc.boolean() }),
  fc.record({ schema: fc.constant({ type: ["string", "null"] }), value: fc.option(fc.string({ minLength: 1 })) }),
  fc.record({ schema: fc.constant({ enum: ["x", 1, true, "1"] }), value: fc.constantFrom<Json>("x", 1, true, "1") }),
  fc.record({ schema: fc.constant({ type: ["string", "integer"] }), value: fc.constantFrom<Json>("text", 17) }),
  fc.record({ schema: fc.constant({ $ref: "#/$defs/short" }), value: fc.constantFrom("one", "two") }),
  fc.record({ schema: fc.constant({ const: { fixed: [1] } }), value: fc.constant<Json>({ fixed: [1] }) }),
  fc.record({
    schema: fc.constant({
      oneOf: [
        { const: 1, title: "One" },
        { const: 2, title: "Two" },
      ],
    }),
    value: fc.constantFrom(1, 2),
  }),
);

/** References lead here. */
const DEFINITIONS = { short: { type: "string", maxLength: 3, minLength: 3 } };

/** Any schema of the kinds that people write, with a value that has all that is required and nothing that is empty. */
export const anyDescribed: fc.Arbitrary<Described> = fc
  .letrec<{ any: Described }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, depthIdentifier: "schema" },
      LEAF,
      objectOf(tie("any")),
      arrayOf(tie("any")),
      unionOf(tie("any")),
    ),
  }))
  .any.map(({ schema, value }) => ({ schema: { ...schema, $defs: DEFINITIONS }, value }));

/** An object with nothing of the reader's would be left out: nothing but constants and defaults. */
const OWN: { name: string; part: Described; isRequired: boolean; isGiven: boolean } = {
  name: "own",
  part: { schema: { type: "string" }, value: "mine" },
  isRequired: false,
  isGiven: true,
};

function objectOf(any: fc.Arbitrary<Described>): fc.Arbitrary<Described> {
  const member = fc.record({ name: NAME, part: any, isRequired: fc.boolean(), isGiven: fc.boolean() });
  return fc
    .tuple(fc.uniqueArray(member, { minLength: 1, maxLength: 4, selector: ({ name }) => name }), fc.boolean())
    .map(([some, isSplit]) => {
      const members = [...some, OWN];
      const properties = members.map(({ name, part }) => [name, part.schema] as const);
      const required = members.filter(({ isRequired }) => isRequired).map(({ name }) => name);
      // Constants are always there.
      const given = members.filter(
        ({ isGiven, isRequired, part }) => isGiven || isRequired || part.schema.const !== undefined,
      );
      const value = Object.fromEntries(given.map(({ name, part }) => [name, part.value]));
      const whole = { type: "object", properties: Object.fromEntries(properties), required };
      const [first, ...rest] = properties;
      const split = {
        type: "object",
        properties: Object.fromEntries(rest),
        allOf: [{ properties: Object.fromEntries(first === undefined ? [] : [first]), required }],
      };
      return { schema: isSplit ? split : whole, value };
    });
}

function arrayOf(any: fc.Arbitrary<Described>): fc.Arbitrary<Described> {
  const list = any.map(({ schema, value }) => ({ schema: { type: "array", items: schema }, value: [value] }));
  const tuple = fc.tuple(any, any).map(([one, other]) => ({
    schema: { type: "array", prefixItems: [one.schema, other.schema], items: false, minItems: 2 },
    value: [one.value, other.value],
  }));
  return fc.oneof(list, tuple);
}

/** Alternatives that a constant tells apart. */
function unionOf(any: fc.Arbitrary<Described>): fc.Arbitrary<Described> {
  return fc.tuple(any, any, fc.constantFrom("oneOf", "anyOf"), fc.boolean()).map(([one, other, keyword, isFirst]) => {
    const alternative = (kind: string, { schema }: Described) => ({
      title: kind,
      type: "object",
      properties: { kind: { const: kind }, content: schema },
      required: ["kind", "content"],
      additionalProperties: false,
    });
    const value = isFirst ? { kind: "one", content: one.value } : { kind: "other", content: other.value };
    return { schema: { [keyword]: [alternative("one", one), alternative("other", other)] }, value };
  });
}
