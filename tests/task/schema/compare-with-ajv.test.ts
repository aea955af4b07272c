import { describe, expect, test } from "bun:test";
import Ajv, { type AnySchema } from "ajv";
import Ajv2019 from "ajv/dist/2019";
import Ajv2020 from "ajv/dist/2020";
import Draft4 from "ajv-draft-04";
import fc from "fast-check";
import type { JsonObject, JsonValue } from "../../../src/domain/json.ts";
import type { JsonFinding } from "../../../src/task/json-file.ts";
import { makeValidator } from "../../../src/task/schema/make-validator.ts";
import { DRAFTS } from "./validators.ts";

type Draft = keyof typeof DRAFTS;
const OPTIONS = { strict: false, validateFormats: false, validateSchema: false, logger: false } as const;

/** Returns the result of another reputable validator; `undefined` if it fails on the schema or the value. */
function ajvFor(draft: Draft, schema: AnySchema): (value: JsonValue) => boolean | undefined {
  const Validator = { 4: Draft4, 6: Ajv, 7: Ajv, 2019: Ajv2019, 2020: Ajv2020 }[draft];
  const attempt = <T>(run: () => T): T | undefined => {
    try {
      return run();
    } catch {
      return undefined;
    }
  };
  const check = attempt(() => new Validator(OPTIONS).compile(schema));
  return (value) => {
    const verdict = check === undefined ? undefined : attempt(() => check(value));
    return typeof verdict === "boolean" ? verdict : undefined;
  };
}

const name = fc.constantFrom("a", "b", "c");
/** Gives objects a prototype: fast-check often creates them without one, and Ajv treats those as different. */
const asParsed = <T extends JsonValue>(made: T): T => JSON.parse(JSON.stringify(made)) as T;

const value = fc
  .letrec<{ value: JsonValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.constantFrom<JsonValue>(null, true, false, 0, 1, 2, 3, 6, -1, 1.5, "", "a", "ab", "😀"),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(name, tie("value"), { maxKeys: 3 }),
    ),
  }))
  .value.map(asParsed);

/**
 * Schemas of a draft with all its keywords except references and `contains`: Ajv carries what it found in one list over
 * to the next one.
 */
function schemas(draft: Draft): fc.Arbitrary<JsonObject> {
  const { schema } = fc.letrec<{ schema: JsonObject; sub: JsonValue }>((tie) => {
    const sub = tie("sub");
    const list = fc.array(sub, { minLength: 1, maxLength: 3 });
    const map = fc.dictionary(name, sub, { maxKeys: 2 });
    const count = fc.nat(3);
    const keywords: Record<string, fc.Arbitrary<JsonValue>> = {
      type: fc.oneof(type, fc.uniqueArray(type, { minLength: 1, maxLength: 3 })),
      enum: fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: (one) => JSON.stringify(one) }),
      minimum: fc.integer({ min: -2, max: 4 }),
      maximum: fc.integer({ min: -2, max: 4 }),
      multipleOf: fc.constantFrom(1, 2, 3, 0.5),
      minLength: count,
      maxLength: count,
      pattern: fc.constantFrom("^a", "b$", "^.$", "(a|b)+"),
      minItems: count,
      maxItems: count,
      uniqueItems: fc.boolean(),
      items: draft <= 2019 ? fc.oneof(sub, list) : sub,
      required: fc.uniqueArray(name, { minLength: 1, maxLength: 2 }),
      minProperties: count,
      maxProperties: count,
      properties: map,
      patternProperties: fc.dictionary(fc.constantFrom("^a", "b|c", "[^a]"), sub, { maxKeys: 2 }),
      additionalProperties: fc.oneof(fc.boolean(), sub),
      allOf: list,
      anyOf: list,
      oneOf: list,
      not: sub,
    };
    if (draft <= 2019) keywords.additionalItems = fc.oneof(fc.boolean(), sub);
    if (draft <= 7) keywords.dependencies = fc.dictionary(name, fc.oneof(sub, fc.uniqueArray(name, { minLength: 1 })));
    if (draft >= 6) {
      Object.assign(keywords, { const: value, propertyNames: sub });
      Object.assign(keywords, { exclusiveMinimum: fc.nat(3), exclusiveMaximum: fc.nat(3) });
    }
    if (draft >= 7) Object.assign(keywords, { if: sub, [String("then")]: sub, else: sub });
    if (draft >= 2019) {
      Object.assign(keywords, { dependentSchemas: map });
      Object.assign(keywords, { dependentRequired: fc.dictionary(name, fc.uniqueArray(name), { maxKeys: 2 }) });
      Object.assign(keywords, { unevaluatedProperties: sub, unevaluatedItems: sub });
    }
    if (draft === 2020) keywords.prefixItems = list;
    const member = fc
      .constantFrom(...Object.keys(keywords))
      .chain((one) => (keywords[one] ?? value).map((v) => [one, v] as const));
    const object = fc.array(member, { minLength: 1, maxLength: 4 }).map((all): JsonObject => Object.fromEntries(all));
    return { schema: object, sub: fc.oneof({ maxDepth: 2 }, draft >= 6 ? fc.boolean() : fc.constant({}), object) };
  });
  return schema.map(asParsed);
}
const type = fc.constantFrom("null", "boolean", "integer", "number", "string", "array", "object");

/**
 * Cases where Ajv is known to differ from the drafts (as of 8.20), so that its result means nothing: for unevaluated*
 * it counts annotations of failed alternatives, misses those of others, and fails on `not: true` next to them.
 */
function ajvDiffers(schema: JsonObject): boolean {
  const text = JSON.stringify(schema);
  return /"unevaluated|"dependentSchemas/.test(text) && /"(?:not|if|anyOf|oneOf|dependentSchemas)"/.test(text);
}

describe("validation gives the same result as Ajv", () => {
  test.each([[4], [6], [7], [2019], [2020]] as [Draft][])(
    "in draft %s",
    async (draft) => {
      let compared = 0;
      await fc.assert(
        fc.asyncProperty(schemas(draft), fc.array(value, { minLength: 3, maxLength: 8 }), async (schema, values) => {
          const findings: JsonFinding[] = [];
          const validate = await makeValidator({ $schema: DRAFTS[draft], ...schema }, findings);
          if (validate === undefined) throw new Error(JSON.stringify(findings));
          if (ajvDiffers(schema)) return;
          const ajv = ajvFor(draft, schema);
          for (const one of values) {
            const verdict = ajv(one);
            if (verdict === undefined) continue;
            compared++;
            expect({ schema, one, verdict: validate(one).length === 0 }).toEqual({ schema, one, verdict });
          }
        }),
        { numRuns: 250 },
      );
      expect(compared).toBeGreaterThan(500);
    },
    120_000,
  );
});
