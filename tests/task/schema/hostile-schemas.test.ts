import { describe, expect, test } from "bun:test";
import type { JsonValue } from "../../../src/domain/json.ts";
import { DRAFTS, faultsOf, validatorOf } from "./validators.ts";

function nested(depth: number, wrap: (inner: JsonValue) => JsonValue, core: JsonValue = 1): JsonValue {
  let value = core;
  for (let level = 0; level < depth; level++) value = wrap(value);
  return value;
}

describe("a schema is refused", () => {
  test.each<[JsonValue, string]>([
    [{ type: "integr" }, "/type"],
    [{ type: [] }, "/type"],
    [{ type: ["string", "string"] }, "/type"],
    [{ type: 5 }, "/type"],
    [{ minimum: "1" }, "/minimum"],
    [{ exclusiveMinimum: true }, "/exclusiveMinimum"],
    [{ $schema: DRAFTS[4], exclusiveMinimum: 5 }, "/exclusiveMinimum"],
    [{ $schema: DRAFTS[4], exclusiveMinimum: true }, "/exclusiveMinimum"],
    [{ multipleOf: 0 }, "/multipleOf"],
    [{ minLength: -1 }, "/minLength"],
    [{ maxItems: 1.5 }, "/maxItems"],
    [{ pattern: "(" }, "/pattern"],
    [{ pattern: 5 }, "/pattern"],
    [{ patternProperties: { "(": {} } }, "/patternProperties/("],
    [{ format: 5 }, "/format"],
    [{ enum: 5 }, "/enum"],
    [{ uniqueItems: "yes" }, "/uniqueItems"],
    [{ required: "name" }, "/required"],
    [{ required: ["a", "a"] }, "/required"],
    [{ $schema: DRAFTS[4], required: [] }, "/required"],
    [{ properties: [] }, "/properties"],
    [{ properties: { a: 5 } }, "/properties/a"],
    [{ items: [{}] }, "/items"],
    [{ prefixItems: {} }, "/prefixItems"],
    [{ allOf: [] }, "/allOf"],
    [{ anyOf: {} }, "/anyOf"],
    [{ not: 5 }, "/not"],
    [{ dependentRequired: { a: "b" } }, "/dependentRequired/a"],
    [{ $ref: 5 }, "/$ref"],
    [{ $id: 5 }, "/$id"],
    [{ $id: { toString: 1, valueOf: 1 } }, "/$id"],
    [{ $anchor: "1 2" }, "/$anchor"],
    [{ $defs: { a: { $anchor: "x" }, b: { $anchor: "x" } } }, "/$defs/b/$anchor"],
    [{ $defs: { a: { $id: "x" }, b: { $id: "x" } } }, "/$defs/b/$id"],
    [{ $schema: "https://example.com/my-draft" }, "/$schema"],
    [{ $schema: "http://json-schema.org/draft-03/schema#" }, "/$schema"],
    [{ $schema: 5 }, "/$schema"],
    [{ $schema: DRAFTS[4], properties: { a: true } }, "/properties/a"],
    [{ $defs: { unused: { type: "integr" } } }, "/$defs/unused/type"],
    [{ properties: { a: { items: { anyOf: [{}, { minimum: [] }] } } } }, "/properties/a/items/anyOf/1/minimum"],
    [5, ""],
    [null, ""],
    [[], ""],
    ["string", ""],
  ])("%j, with the location", async (schema, pointer) => {
    const faults = await faultsOf(schema);
    expect(faults.map((fault) => fault.pointer)).toEqual([pointer]);
    expect(faults[0]?.message).not.toBe("");
    expect(faults[0]?.remedy).not.toBe("");
  });

  test("with all problems at once", async () => {
    const faults = await faultsOf({ type: "x", minimum: "1", properties: { a: { maxLength: -1 } }, $ref: "#/nowhere" });
    expect(faults.map(({ pointer }) => pointer).sort()).toEqual([
      "/$ref",
      "/minimum",
      "/properties/a/maxLength",
      "/type",
    ]);
  });

  test.each([
    "https://example.com/other.json",
    "other.json",
    "other.json#/definitions/a",
    "file:///etc/passwd",
    "../input.schema.json",
    "urn:uuid:deadbeef-1234-00ff-ff00-4321feebdaed",
    "#/$defs/nowhere",
    "#nowhere",
    "#/properties/a/type",
    "http://",
    "https://json-schema.org/draft-03/schema",
  ])("when it refers to %s, without fetching anything", async ($ref) => {
    const fetched: unknown[] = [];
    const realFetch = globalThis.fetch;
    const spy = (...call: unknown[]) => {
      fetched.push(call);
      return realFetch("data:,");
    };
    globalThis.fetch = Object.assign(spy, realFetch);
    try {
      const faults = await faultsOf({ properties: { a: { type: "string" }, b: { $ref } } });
      expect(faults.map(({ pointer }) => pointer)).toEqual(["/properties/b/$ref"]);
      expect(faults[0]?.message).toContain($ref);
      expect(fetched).toEqual([]);
    } finally {
      globalThis.fetch = realFetch;
    }
  });

  test.each<[JsonValue]>([
    [{ $ref: "#" }],
    [{ allOf: [{ $ref: "#" }] }],
    [{ not: { $ref: "#" } }],
    [
      {
        $defs: { a: { $ref: "#/$defs/b" }, b: { anyOf: [{ type: "string" }, { $ref: "#/$defs/a" }] } },
        $ref: "#/$defs/a",
      },
    ],
    [{ if: { $ref: "#" } }],
    [{ $dynamicAnchor: "a", $defs: { b: { $ref: "#a" } }, allOf: [{ $ref: "#/$defs/b" }] }],
  ])("when it refers to itself infinitely: %j", async (schema) => {
    expect((await faultsOf(schema)).map(({ message }) => message)).toContain("The schema refers to itself infinitely.");
  });

  test("when its chain of references is too long, without crashing", async () => {
    const $defs: Record<string, JsonValue> = {};
    for (let i = 0; i < 50_000; i++) $defs[`a${i}`] = { $ref: `#/$defs/a${i + 1}` };
    $defs.a50000 = { type: "integer" };
    const faults = await faultsOf({ $defs, $ref: "#/$defs/a0" });
    expect(faults.map(({ message }) => message)).toEqual(["The schema is nested too deeply."]);
  });
});

describe("a value", () => {
  const tree = {
    $defs: { node: { type: ["array", "integer"], items: { $ref: "#/$defs/node" } } },
    $ref: "#/$defs/node",
  };

  test("may be as deep as any in real use", async () => {
    const validate = await validatorOf(tree);
    expect(validate(nested(600, (inner) => [inner]))).toEqual([]);
    expect(validate(nested(600, (inner) => [inner], "x"))).toEqual([
      { pointer: "/0".repeat(600), message: "must be a list or a whole number" },
    ]);
  });

  test.each([
    [tree, 100_000, (inner: JsonValue) => [inner]],
    [{ additionalProperties: { $ref: "#" } }, 100_000, (inner: JsonValue) => ({ a: inner })],
    [{ const: 1 }, 100_000, (inner: JsonValue) => [inner]],
    [{ enum: [[1]] }, 100_000, (inner: JsonValue) => [inner]],
    [{ uniqueItems: true }, 100_000, (inner: JsonValue) => [inner]],
    [{ anyOf: [{ items: { $ref: "#" } }, false] }, 100_000, (inner: JsonValue) => [inner]],
  ] as [JsonValue, number, (inner: JsonValue) => JsonValue][])(
    "that is deep is refused and crashes nothing: %j",
    async (schema, depth, wrap) => {
      const validate = await validatorOf(schema);
      const violations = validate(nested(depth, wrap));
      expect(violations).toHaveLength(1);
    },
  );

  test("that is deeply nested where no schema applies is accepted", async () => {
    const validate = await validatorOf({ type: "object", properties: { a: true } });
    expect(validate({ a: nested(100_000, (inner) => [inner]) })).toEqual([]);
  });

  test("that is large is checked completely", async () => {
    const item = {
      type: "object",
      properties: { id: { type: "integer" }, name: { type: "string", maxLength: 10 } },
      required: ["id", "name"],
    };
    const validate = await validatorOf({ items: item, uniqueItems: true });
    const items = Array.from({ length: 50_000 }, (_, id) => ({ id, name: `n${id}` }));
    expect(validate(items)).toEqual([]);
    expect(validate([...items, { id: "x", name: "n" }])).toHaveLength(1);
  });
});

describe("a schema that would take forever ends in time", () => {
  test.each<[string, JsonValue, JsonValue]>([
    [
      "two references at every step",
      {
        $defs: Object.fromEntries([
          ...Array.from({ length: 60 }, (_, i) => [
            `a${i}`,
            { allOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] },
          ]),
          ["a60", { type: "integer" }],
        ]) as JsonValue,
        $ref: "#/$defs/a0",
      },
      1,
    ],
    [
      "two alternatives at every level",
      {
        anyOf: [
          { required: ["z"], properties: { x: { $ref: "#" } } },
          { required: ["y"], properties: { x: { $ref: "#" } } },
          { type: "integer" },
        ],
      },
      nested(200, (x) => ({ x, y: 1 }), "no"),
    ],
    [
      "oneOf at every level",
      {
        oneOf: [
          { properties: { x: { $ref: "#" } }, required: ["x"] },
          { properties: { x: { $ref: "#" }, y: {} }, required: ["x", "z"] },
          { type: "integer" },
        ],
      },
      nested(200, (x) => ({ x, z: 1 })),
    ],
    [
      "not within not",
      { not: { properties: { x: { $ref: "#" } }, not: { properties: { x: { $ref: "#" } } } } },
      nested(100, (x) => ({ x })),
    ],
    [
      "unevaluatedProperties of many alternatives",
      {
        anyOf: Array.from({ length: 2_000 }, (_, i) => ({ properties: { [`p${i}`]: { $ref: "#" } } })),
        unevaluatedProperties: false,
      },
      nested(100, (x) => ({ p0: x }), {}),
    ],
    ["contains within contains", { contains: { $ref: "#" } }, nested(18, (x) => [x, x], [])],
    ["many items compared", { uniqueItems: true }, Array.from({ length: 200_000 }, (_, i) => [i])],
  ])("%s", async (_name, schema, value) => {
    const validate = await validatorOf(schema);
    // A result or "too many steps": either is fine, as long as it ends.
    expect(validate(value)).toBeArray();
  });

  test("with many references to locations that no keyword defines", async () => {
    const schema: Record<string, JsonValue> = { $ref: "#/x0" };
    for (let i = 0; i < 2_000; i++) schema[`x${i}`] = { $ref: `#/x${i + 1}` };
    schema.x2000 = { type: "integer" };
    const validate = await validatorOf(schema);
    expect(validate("x")).toHaveLength(1);
  });

  test("with many unknown members", async () => {
    const properties = Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`member-number-${i}`, true]));
    const validate = await validatorOf({ properties, additionalProperties: false });
    const value = Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`unknown-member-${i}`, 1]));
    expect(validate(value)).toHaveLength(100);
    const long = await validatorOf({ additionalProperties: false });
    expect(long({ ["x".repeat(1_000_000)]: 1 })[0]?.message.length).toBeLessThan(200);
  });

  test("and says why", async () => {
    const $defs: Record<string, JsonValue> = { a40: { type: "integer" } };
    for (let i = 0; i < 40; i++)
      $defs[`a${i}`] = { allOf: [{ $ref: `#/$defs/a${i + 1}` }, { $ref: `#/$defs/a${i + 1}` }] };
    const validate = await validatorOf({ $defs, $ref: "#/$defs/a0" });
    expect(validate(1)).toEqual([{ pointer: "", message: expect.stringContaining("too many steps") }]);
  });
});
