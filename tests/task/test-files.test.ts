import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import testSchema from "../../docs/schemas/task-test.schema.json" with { type: "json" };
import type { JsonValue } from "../../src/domain/json.ts";
import { loadTask } from "../../src/task/load.ts";
import { makeValidator } from "../../src/task/schema/make-validator.ts";
import { checkTest, nothingExpected } from "../../src/task/tests/check-test.ts";
import type { TestFindings } from "../../src/task/tests/findings.ts";
import { scratch, taskFiles } from "./scratch.ts";

function check(value: JsonValue) {
  const found: TestFindings = { findings: [], patterns: new Set() };
  const parsed = checkTest(value, found);
  if (parsed !== undefined && parsed.expected === undefined) found.findings.push(nothingExpected());
  return { parsed, ...found };
}

/** Mocks of what a durable run asks for, valid and not. */
function durableMocks(anything: fc.Arbitrary<JsonValue>, matcher: fc.Arbitrary<JsonValue>) {
  const text = fc.oneof(fc.constantFrom("a", ""), anything);
  const error = fc.record({ name: text, message: text, code: text, data: anything }, { requiredKeys: [] });
  const after = fc.oneof(fc.constantFrom("2d", "1w 1d", "x"), fc.integer({ min: -1 }), anything);
  const task = { task: text, version: text, input: matcher, output: anything, error: fc.oneof(error, anything) };
  const list = (of: fc.Arbitrary<unknown>) => fc.oneof(fc.array(fc.oneof(of, anything), { maxLength: 2 }), anything);
  return fc.record(
    {
      tasks: list(fc.record(task, { requiredKeys: [] })),
      signals: list(fc.record({ name: text, payload: anything, after }, { requiredKeys: [] })),
      approvals: list(fc.record({ title: text, approved: fc.oneof(fc.boolean(), anything) }, { requiredKeys: [] })),
    },
    { requiredKeys: [] },
  );
}

describe("a file in tests/", () => {
  test("contains an input and the expected result", () => {
    expect(check({ input: 1, expected_output: null })).toEqual({
      parsed: { input: 1, expected: { output: null }, mocks: [], fixtures: [] },
      findings: [],
      patterns: new Set(),
    });
    expect(check({ input: null, expected_error: "ValidationError", description: "x" }).parsed).toEqual({
      input: null,
      expected: { error: "ValidationError" },
      mocks: [],
      fixtures: [],
    });
  });

  test("may mock one call or several", () => {
    const http = { url: "https://a.example/", method: "post", status: 201, headers: { "X-A": "b" }, body: { c: [1] } };
    const mocked = { ...http, method: "POST" };
    const base = { input: 1, expected_output: 2 };
    expect(check({ ...base, mock: { http } }).parsed?.mocks).toEqual([mocked]);
    const two = check({ ...base, mock: { http: [http, { url: "b", error: "refused" }] } });
    expect(two.parsed?.mocks).toEqual([mocked, { url: "b", error: "refused" }]);
    expect(two.findings).toEqual([]);
    expect(check({ ...base, mock: { http: [] } }).findings).toEqual([]);
  });

  test("distinguishes a null body from no body", () => {
    const base = { input: 1, expected_output: 2 };
    expect(check({ ...base, mock: { http: { url: "a", body: null } } }).parsed?.mocks).toEqual([
      { url: "a", body: null },
    ]);
    expect(check({ ...base, mock: { http: { url: "a" } } }).parsed?.mocks).toEqual([{ url: "a" }]);
  });

  const tasks = (...mocks: JsonValue[]) => ({ input: 1, expected_output: 2, mock: { tasks: mocks } });
  const mock = (http: JsonValue) => ({ input: 1, expected_output: 2, mock: { http } });
  test.each<[JsonValue, string[]]>([
    [[], [""]],
    [{}, ["", ""]],
    [{ input: 1 }, [""]],
    [{ input: 1, expected_output: 1, expected_error: "x" }, [""]],
    [{ input: 1, expected_error: 5 }, ["/expected_error"]],
    [{ input: 1, expected_error: "" }, ["/expected_error"]],
    [{ input: 1, expected_output: 1, mock: [] }, ["/mock"]],
    [{ input: 1, expected_output: 1, mock: {} }, ["/mock"]],
    [mock("x"), ["/mock/http"]],
    [mock([{ url: "a" }, 5]), ["/mock/http/1"]],
    [mock({}), ["/mock/http"]],
    [mock({ url: "" }), ["/mock/http/url"]],
    [mock({ url: { toString: 1 } }), ["/mock/http/url"]],
    [mock({ url: "a", method: "GET it" }), ["/mock/http/method"]],
    [mock({ url: "a", status: 100 }), ["/mock/http/status"]],
    [mock({ url: "a", status: "200" }), ["/mock/http/status"]],
    [mock({ url: "a", headers: [] }), ["/mock/http/headers"]],
    [
      mock({ url: "a", headers: { "a b": "c", d: 1, e: "new\nline" } }),
      ["/mock/http/headers/a b", "/mock/http/headers/d", "/mock/http/headers/e"],
    ],
    [mock({ url: "a", error: "x", body: 1 }), ["/mock/http/error"]],
    [mock({ url: { $regex: 1 } }), ["/mock/http/url"]],
    [mock({ url: { $glob: "" } }), ["/mock/http/url"]],
    [mock({ url: { $glob: "a", $regex: "b" } }), ["/mock/http/url"]],
    [mock({ url: "a", delay: "soon" }), ["/mock/http/delay"]],
    [mock({ url: "a", delay: "11m" }), ["/mock/http/delay"]],
    [mock({ url: "a", delay: -1 }), ["/mock/http/delay"]],
    [mock({ url: "a", body_base64: "?" }), ["/mock/http/body_base64"]],
    [mock({ url: "a", body: 1, body_base64: "" }), ["/mock/http/body_base64"]],
    [mock({ url: "a", responses: [] }), ["/mock/http/responses"]],
    [mock({ url: "a", responses: [{}, 1] }), ["/mock/http/responses/1"]],
    [mock({ url: "a", responses: [{ status: 1 }] }), ["/mock/http/responses/0/status"]],
    [mock({ url: "a", status: 200, responses: [{}] }), ["/mock/http/responses"]],
    [mock({ url: "a", request_headers: "x" }), ["/mock/http/request_headers"]],
    [mock({ url: "a", request_body: { a: { $regexp: "x" } } }), ["/mock/http/request_body/a/$regexp"]],
    [
      { input: 1, expected_output: 1, mock: { tasks: {}, signals: 1, approvals: ["x"] } },
      ["/mock/tasks", "/mock/signals", "/mock/approvals/0"],
    ],
    [
      tasks({}, { task: "a", output: 1, error: { name: "E" } }),
      ["/mock/tasks/0", "/mock/tasks/0", "/mock/tasks/1/error"],
    ],
    [tasks({ task: 5, output: 1 }, { task: "a", error: {} }), ["/mock/tasks/0/task", "/mock/tasks/1/error/name"]],
    [tasks({ task: "a", input: { $gt: null }, output: 1 }), ["/mock/tasks/0/input/$gt"]],
    [
      {
        input: 1,
        expected_output: 1,
        mock: { signals: [{ name: "a", after: "soon" }, {}], approvals: [{ approved: 1 }] },
      },
      ["/mock/signals/0/after", "/mock/signals/1", "/mock/approvals/0/approved"],
    ],
    [{ input: 1, expected_match: { a: [{ $type: "text" }] } }, ["/expected_match/a/0/$type"]],
    [
      { input: 1, expected_match: { $any: 1, $lt: null, $within: 1 } },
      ["/expected_match/$any", "/expected_match/$lt", "/expected_match/$within"],
    ],
    [{ input: 1, expected_match: { $gt: 1, b: 2 } }, ["/expected_match/b"]],
    [{ input: 1, expected_output: 1, expected_match: 1 }, [""]],
    [{ input: 1, expected_error: {} }, ["/expected_error"]],
    [{ input: 1, expected_error: { name: { $length: -1 } } }, ["/expected_error/name/$length"]],
    [{ input: 1, expected_output: 1, clock: "2026-11-28" }, ["/clock"]],
    [{ input: 1, expected_output: 1, clock: "2026-11-28T10:00:00" }, ["/clock"]],
    [{ input: 1, expected_output: 1, seed: 1.5 }, ["/seed"]],
    [{ input: 1, expected_output: 1, secrets: { A: 1 } }, ["/secrets/A"]],
    [
      { input: 1, expected_output: 1, fixtures: ["../a.json", "/b.json", "c.txt", 1] },
      ["/fixtures/0", "/fixtures/1", "/fixtures/2", "/fixtures/3"],
    ],
  ])("%j is rejected", (value, pointers) => {
    expect(check(value).findings.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test("gets warnings about unknown fields, with the most similar known one", () => {
    const { findings } = check({
      input: 1,
      expected_output: 1,
      expectedError: "x",
      mock: { http: { url: "a", stats: 5 } },
    });
    expect(findings.map(({ severity, pointer, remedy }) => [severity, pointer, remedy])).toEqual([
      ["warning", "/expectedError", 'Write "expected_error".'],
      ["warning", "/mock/http/stats", 'Write "status".'],
    ]);
  });

  test("is reported if it is a .json file but not a test", async () => {
    using folder = scratch();
    folder.write({
      ...taskFiles(),
      "tests/good.json": '{"input": 1, "expected_output": 1}',
      "tests/bad.json": '{\n  "input": 1\n}',
      "tests/broken.json": "{",
      "tests/notes.md": "# notes",
      "tests/.hidden": "ignored",
      "tests/deeper/more.json": '{"input": 1, "expected_output": 1}',
    });
    const { tests, problems } = await (await loadTask(folder.path())).tests();
    expect(tests.filter(({ expected }) => expected !== undefined)).toEqual([
      { name: "good", file: folder.path("tests", "good.json"), input: 1, expected: { output: 1 }, mocks: [] },
    ]);
    expect(
      problems.map(({ file, severity }) => [file.slice(folder.path("tests").length + 1), severity]).sort(),
    ).toEqual([
      ["bad.json", "error"],
      ["broken.json", "error"],
      ["deeper/more.json", "error"],
    ]);
  });

  test("is checked according to its published schema", async () => {
    const validate = await makeValidator(testSchema, []);
    if (validate === undefined) throw new Error("the published schema is not valid");
    const anything = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<JsonValue>;
    const matcher = fc.dictionary(
      fc.constantFrom(
        "$any",
        "$type",
        "$regex",
        "$length",
        "$each",
        "$oneOf",
        "$not",
        "$gt",
        "$closeTo",
        "$within",
        "$x",
        "a",
      ),
      fc.oneof(fc.constantFrom(true, "string", ["null"], 5, { $any: true }), anything),
      { maxKeys: 3 },
    ) as fc.Arbitrary<JsonValue>;
    const http = fc.record(
      {
        url: fc.oneof(
          { weight: 5, arbitrary: fc.constant("https://a.example") },
          fc.record({ $regex: fc.string({ maxLength: 1 }), $glob: fc.string({ maxLength: 1 }) }, { requiredKeys: [] }),
          anything,
        ),
        method: fc.oneof(fc.constantFrom("GET", "post"), anything),
        status: fc.oneof(fc.integer({ min: 100, max: 700 }), anything),
        headers: fc.oneof(
          fc.dictionary(fc.string({ maxLength: 3 }), fc.oneof(fc.string({ maxLength: 3 }), anything)),
          anything,
        ),
        body: anything,
        body_base64: fc.oneof(fc.base64String({ maxLength: 8 }), fc.string({ maxLength: 4 }), anything),
        error: fc.oneof(fc.string(), anything),
        delay: fc.oneof(fc.constantFrom("5s", "1 m", "x"), fc.integer({ min: -1, max: 700_000 }), anything),
        request_body: fc.oneof(matcher, anything),
        request_headers: fc.oneof(fc.dictionary(fc.constantFrom("a", "$gt", "$not"), matcher), anything),
        responses: fc.oneof(fc.array(fc.record({ status: fc.integer({ min: 190, max: 210 }) })), anything),
      },
      { requiredKeys: [] },
    );
    const value = fc.record(
      {
        input: anything,
        expected_output: anything,
        expected_error: fc.oneof(fc.string(), fc.record({ name: matcher }), anything),
        expected_match: fc.oneof(matcher, fc.array(matcher, { maxLength: 2 })),
        clock: fc.oneof(fc.constantFrom("2026-11-28T10:00:00Z", "2026-11-28"), fc.double(), anything),
        seed: fc.oneof(fc.string(), fc.maxSafeInteger(), fc.double(), anything),
        secrets: fc.oneof(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer())), anything),
        fixtures: fc.oneof(fc.constantFrom("a.json", ["b/c.json"], "../a.json", "/a.json"), anything),
        description: fc.oneof(fc.string(), anything),
        mock: fc.oneof(
          { weight: 4, arbitrary: fc.record({ http: fc.oneof(http, fc.array(http), anything) }) },
          { weight: 4, arbitrary: durableMocks(anything, matcher) },
          anything,
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(value, (candidate) => {
        const text = JSON.stringify(candidate);
        const parsed = JSON.parse(text) as JsonValue;
        const allowed = validate(parsed).length === 0;
        const errors = check(parsed).findings.filter(({ severity }) => severity === "error");
        expect({ text, allowed: errors.length === 0 }).toEqual({ text, allowed });
      }),
      { numRuns: 1_000 },
    );
  });
});
