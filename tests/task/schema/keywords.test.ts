import { describe, expect, test } from "bun:test";
import type { JsonValue } from "../../../src/domain/json.ts";
import cases from "./keyword-cases.json" with { type: "json" };
import { DRAFTS, validatorOf } from "./validators.ts";

type Draft = keyof typeof DRAFTS;

/** Values that a schema accepts and rejects: in all drafts, in some, or from or up to one. */
interface Case {
  name: string;
  drafts?: Draft[];
  since?: Draft;
  until?: Draft;
  schema: JsonValue;
  valid: JsonValue[];
  invalid: JsonValue[];
}

const ALL: readonly Draft[] = [4, 6, 7, 2019, 2020];
const CASES = cases as unknown as Case[];

function draftsOf({ drafts = [...ALL], since = 4, until = 2020 }: Case): Draft[] {
  return drafts.filter((draft) => draft >= since && draft <= until);
}

describe("a schema with", () => {
  for (const one of CASES) {
    test.each(draftsOf(one).map((draft) => [draft]))(`${one.name}, in draft %s`, async (draft) => {
      const validate = await validatorOf(one.schema, draft);
      for (const value of one.valid) expect([value, validate(value)]).toEqual([value, []]);
      for (const value of one.invalid) expect([value, validate(value).length > 0]).toEqual([value, true]);
    });
  }

  test("no $schema is of draft 2020-12", async () => {
    const validate = await validatorOf({ prefixItems: [{ type: "integer" }] });
    expect(validate(["x"])).toHaveLength(1);
  });

  test.each(Object.entries(DRAFTS))(
    "a reference to the schema of draft %s works without network",
    async (_draft, uri) => {
      const validate = await validatorOf({ properties: { schema: { $ref: uri } } });
      expect(validate({ schema: { type: "integer", minimum: 1 } })).toEqual([]);
      expect(validate({ schema: { type: "integr", minimum: "1" } })).not.toEqual([]);
    },
  );

  test.each([
    ["http://json-schema.org/draft-07/schema", 7],
    ["https://json-schema.org/draft-07/schema#", 7],
    ["https://json-schema.org/draft/2020-12/schema#", 2020],
  ])("$schema %s is known", async (uri, draft) => {
    const validate = await validatorOf({
      $schema: uri,
      items: draft === 7 ? [{ type: "integer" }] : { type: "integer" },
    });
    expect(validate(["x"])).toHaveLength(1);
  });
});

describe("violations", () => {
  test("are all reported, each with its pointer and a plain message", async () => {
    const validate = await validatorOf({
      type: "object",
      required: ["name", "size"],
      properties: {
        name: { type: "string", minLength: 3, pattern: "^[a-z]+$" },
        "a/b~c": { type: "array", items: { type: ["integer", "null"] }, uniqueItems: true },
        mode: { enum: ["fast", "safe"] },
      },
      additionalProperties: false,
    });
    expect(validate({ name: "A", "a/b~c": [1, "x", 1], mode: "slow", szie: 1 })).toEqual([
      { pointer: "", message: 'must have the member "size"' },
      { pointer: "/name", message: "must have at least 3 characters" },
      { pointer: "/name", message: "must match the pattern ^[a-z]+$" },
      { pointer: "/a~1b~0c/1", message: "must be a whole number or null" },
      { pointer: "/a~1b~0c", message: "must not have duplicate items, but the item at 2 is a duplicate" },
      { pointer: "/mode", message: 'must be one of "fast", "safe"' },
      { pointer: "", message: 'must not have the member "szie"' },
    ]);
    const misspelt = await validatorOf({ properties: { size: {} }, additionalProperties: false });
    expect(misspelt({ szie: 1 })[0]?.message).toBe('must not have the member "szie"; did you mean "size"?');
  });

  test("report the alternative that was intended", async () => {
    const validate = await validatorOf({
      anyOf: [{ type: "string" }, { type: "object", properties: { port: { type: "integer" } }, required: ["port"] }],
    });
    expect(validate({ port: "80" })).toEqual([
      { pointer: "", message: 'must match one of the 2 alternatives of "anyOf"' },
      { pointer: "/port", message: "must be a whole number" },
    ]);
    expect(validate(5)).toEqual([{ pointer: "", message: 'must match one of the 2 alternatives of "anyOf"' }]);
  });

  test("are at most a hundred", async () => {
    const validate = await validatorOf({ items: { type: "string" } });
    expect(validate(Array.from({ length: 10_000 }, () => 1))).toHaveLength(100);
  });
});
