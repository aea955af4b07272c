import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonValue } from "../../src/domain/json.ts";
import { loadTask } from "../../src/task/load.ts";
import { exportedConstants } from "../../src/task/single-file/exported-constants.ts";
import { validateTask } from "../../src/task/validate.ts";
import { scratch } from "./scratch.ts";

function constantOf(expression: string, before = ""): JsonValue | string {
  const text = `${before}\nexport const input = ${expression}\nexport default () => 1;\n`;
  const { constants, problems } = exportedConstants(text, "ts", "a.ts");
  const [problem] = problems;
  if (problem !== undefined) return `${problem.line}:${problem.column}`;
  const constant = constants.get("input");
  return constant === undefined ? "missing" : constant.value;
}

describe("a constant of a program", () => {
  test.each<[string, JsonValue]>([
    ["{}", {}],
    ["{ a: 1, 'b-c': \"x\", 3: true, [`d`]: null, }", { a: 1, "b-c": "x", "3": true, d: null }],
    ["[1, -2, +3, .5, 1e3, 0x1f, 1_000, 1.5e-1]", [1, -2, 3, 0.5, 1000, 31, 1000, 0.15]],
    ["{ type: 'object' } as const", { type: "object" }],
    ["({ type: 'object' }) satisfies Schema<{ a: [1] }>[] | Other.Type;", { type: "object" }],
    ["{ a: 'one ' + \"two\" + `three` }", { a: "one twothree" }],
    ["Object.freeze({ a: [1] })", { a: [1] }],
    ["'\\u0041\\x42\\u{43}\\n\\\\\\''", "ABC\n\\'"],
    ["`a\nb`", "a\nb"],
    ["{ /* why */ a: 1, // because\n b: /* x */ 2 }", { a: 1, b: 2 }],
  ])("%s is read", (expression, value) => {
    expect(constantOf(expression)).toEqual(value);
  });

  test.each([
    ["{ x: 1 }", (before: string) => `{ p: ${before}, q: ${before} }`],
    ["[1]", (before: string) => `[...${before}, ...${before}]`],
    ["'x'", (before: string) => `${before} + ${before}`],
    ["'x'", (before: string) => `{ ["a" + ${before} + ${before}]: 1 }`],
  ])("is refused at once if its references grow beyond all bounds, from %s", (first, next) => {
    const lines = Array.from({ length: 60 }, (_, i) => `const a${i + 1} = ${next(`a${i}`)};`);
    const text = `const a0 = ${first};\n${lines.join("\n")}\nexport const input = { a: a60 };\nexport default () => 1;\n`;
    const { constants, problems } = exportedConstants(text, "ts", "a.ts");
    expect(constants.size).toBe(0);
    expect(problems).toHaveLength(1);
  });

  test("may be used as often as there is room", () => {
    const list = `[${"text, ".repeat(50_000)}]`;
    expect(constantOf(list, "const text = { type: 'string' };")).toHaveLength(50_000);
  });

  test("uses other constants of the file", () => {
    const before =
      "const text = { type: 'string' } as const;\nexport const shared: Schema = { a: text, more: { deep: [1] } };";
    expect(constantOf("{ ...shared, b: text, list: [...shared.more.deep, 2], text }", before)).toEqual({
      a: { type: "string" },
      more: { deep: [1] },
      b: { type: "string" },
      list: [1, 2],
      text: { type: "string" },
    });
  });

  test.each([
    ["make()", "2:22"],
    ["{ a: 1 }.a", "2:30"],
    ["{ a: Date.now() }", "2:27"],
    ["{ a() {} }", "2:25"],
    ["{ __proto__: {} }", "2:38"],
    ["`a" + "$" + "{name}`", "2:22"],
    ["1n", "2:22"],
    ["input", "2:22"],
    ["{ a: undefined }", "2:27"],
    ["[1, 2].map(String)", "2:28"],
  ])("%s is refused at its place", (expression, place) => {
    expect(constantOf(expression)).toBe(place);
  });

  test("reads back any JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const json = JSON.stringify(value);
        fc.pre(!json.includes("__proto__"));
        expect(constantOf(json)).toEqual(JSON.parse(json));
      }),
    );
  });

  test("is never looked for in comments, strings or functions", () => {
    const text = [
      "// export const input = {}",
      'const a = "export const input = {}";',
      "export default function (input) { const meta = 1; return { input, meta }; }",
    ].join("\n");
    expect(exportedConstants(text, "js", "a.js")).toEqual({ constants: new Map(), problems: [] });
  });

  test("may be exported by a list, under another name", () => {
    const text = "const schema = { type: 'object' };\nexport { schema as input };\nexport default () => 1;";
    expect(exportedConstants(text, "js", "a.js").constants.get("input")?.value).toEqual({ type: "object" });
  });

  test("from another file or a variable that may change is refused", () => {
    for (const text of ["export { input } from './a.ts';", "export let input = {};", "export function input() {}"]) {
      expect(exportedConstants(text, "ts", "a.ts").problems).toHaveLength(1);
    }
  });
});

describe("a single file", () => {
  test("is a task with defaults for what it doesn't say", async () => {
    using folder = scratch();
    folder.write({ "hello.js": "(input) => input", "deep/hello.js": "(input) => 1" });
    const { metadata } = await loadTask(folder.path("hello.js"));
    expect(metadata).toMatchObject({ label: "hello", version: "1.0.0", description: "The program hello.js." });
    expect((await loadTask(folder.path("deep/hello.js"))).metadata.uuid).toBe(metadata.uuid);
    expect(await (await loadTask(folder.path("hello.js"))).schema("input")).toBeUndefined();
    expect((await validateTask(folder.path("hello.js"))).problems).toEqual([]);
  });

  test("has its problems at their places in the file", async () => {
    using folder = scratch();
    const file = folder.write({
      "hello.ts":
        "#!/usr/bin/env -S ratchet run\n" +
        "export const meta = {\n  version: 'one',\n};\n" +
        "export const input = {\n  properties: {\n    a: { type: 'text' },\n  },\n};\n" +
        "export default () => 1;\n",
    });
    const { problems } = await validateTask(`${file}/hello.ts`);
    expect(problems.map(({ file: path, line, column }) => [path.slice(file.length), line, column])).toEqual([
      ["/hello.ts", 3, 12],
      ["/hello.ts", 7, 16],
    ]);
  });

  test("imports its neighbours and packages, and nothing above", async () => {
    using folder = scratch();
    folder.write({
      "node_modules/double/package.json": '{"name":"double","main":"lib/index.js"}',
      "node_modules/double/lib/index.js": 'exports.double = (n) => n * 2 * require("./one.js");',
      "node_modules/double/lib/one.js": "module.exports = 1;",
      "secret.js": "export const secret = 1;",
      "app/run.ts":
        'import { double } from "double";\nimport { three } from "./lib/three";\nexport default () => double(three);',
      "app/lib/three.ts": "export const three: number = 3;",
      "app/out.ts": 'import { secret } from "../secret.js";\nexport default () => secret;',
    });
    expect((await (await loadTask(folder.path("app/run.ts"))).program()).code).toContain("n * 2");
    const { problems } = await validateTask(folder.path("app/out.ts"));
    expect(problems[0]).toMatchObject({ file: folder.path("app/out.ts"), line: 1 });
    expect(problems[0]?.message).toContain("points outside");
  });

  test("selects a task of a collection by its mark", async () => {
    expect((await loadTask("tasks#addition")).metadata.label).toBe("addition");
    expect((await validateTask("tasks#addition")).tasks).toMatchObject([{ origin: "tasks/addition" }]);
    expect(loadTask("tasks#additoin")).rejects.toThrow('no task with the label "additoin"');
    using folder = scratch();
    folder.write({ "a#b.js": "() => 1" });
    expect((await loadTask(folder.path("a#b.js"))).metadata.label).toBe("a#b");
  });
});
