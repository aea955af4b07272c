import { describe, expect, test } from "bun:test";
import { placeOf } from "../../src/task/failure.ts";
import { validateTask } from "../../src/task/validate.ts";
import { type Files, failure, metadata, scratch, taskFiles } from "./scratch.ts";
import { zip } from "./zip-writer.ts";

/** Returns the problems of a task as `severity file:line:column message`. */
async function found(files: Files): Promise<string[]> {
  using folder = scratch();
  folder.write(files);
  const { problems } = await validateTask(folder.path());
  return problems.map((problem) => {
    const place = placeOf(problem).slice(folder.path().length + 1);
    return `${problem.severity} ${place} ${problem.message}`;
  });
}

const has = (text: string) => expect.stringContaining(text);

describe("validateTask", () => {
  test("finds no problem in a valid task", async () => {
    using folder = scratch();
    folder.write({
      ...taskFiles(),
      "tests/a.json": '{"input": {"a": 1}, "expected_output": {"a": 1}}',
      "lib/unused.js": "export {}",
      "README.md": "# Sample",
    });
    const report = await validateTask(folder.path());
    expect(report).toMatchObject({ isCollection: false, problems: [] });
    expect(report.tasks).toMatchObject([{ origin: folder.path(), problems: [], metadata: { label: "sample" } }]);
  });

  test("warns about dependencies that the collection does not have", async () => {
    const dependencies = { stock: "*", price: "^1.0.0" };
    const files: Record<string, string | Uint8Array> = {};
    for (const [name, more] of [
      ["order", { dependencies }],
      ["prices", {}],
      ["stock", {}],
    ] as const) {
      const own = { "metadata.json": JSON.stringify({ ...JSON.parse(metadata({ label: name })), ...more }) };
      for (const [path, text] of Object.entries({ ...taskFiles(), ...own })) files[`${name}/${path}`] = text;
    }
    using folder = scratch();
    folder.write(files);
    const { problems } = await validateTask(folder.path());
    const own = problems.filter(({ pointer }) => pointer?.startsWith("/dependencies"));
    expect(own).toMatchObject([
      {
        severity: "warning",
        pointer: "/dependencies/price",
        message: 'The collection has no task "price".',
        remedy: 'Write "prices", unless a server has the task from another source.',
      },
    ]);
  });

  test("warns about features that the sandbox lacks, with their positions", async () => {
    const main = [
      "// Intl, import.meta.url and a.localeCompare(b) in a comment",
      "const text = 'Intl import.meta.url', has = typeof Intl, mine = { Intl: 1 }.Intl;",
      "export default (a) => [",
      "  import.meta.env, import.meta.url,",
      "  new Intl.NumberFormat('de').format(a),",
      "  ['b', 'a'].sort((x, y) => x.localeCompare(y)),",
      "  { ...'ab' }, [...'ab'], Math.max(...'12'),",
      `  /${Array.from({ length: 256 }, (_, i) => `(?<n${i}>x)?`).join("")}/,`,
      "];",
    ].join("\n");
    const files = { ...taskFiles(), "main.js": main, "node_modules/p/index.js": "Intl;" };
    expect((await found(files)).map((line) => line.split(" ").slice(0, 2).join(" "))).toEqual([
      "warning main.js:4:32",
      "warning main.js:7:8",
      "warning main.js:8:3",
    ]);
  });

  test("warns about modules of Node.js that a task can't use, in its own files", async () => {
    const files = {
      ...taskFiles(),
      "main.ts":
        'import { createHash } from "node:crypto";\nimport fs from "fs";\nimport type { Socket } from "node:net";\nexport default () => [createHash, fs, require("./lib.js")];',
      "lib.js": 'exports.run = () => require("node:child_process");\n// require("tls")',
      "node_modules/p/index.js": 'require("fs");',
    };
    const { "main.js": _, ...others } = files as Record<string, string>;
    expect(await found(others)).toEqual([
      has(
        "warning lib.js:1:29 node:child_process can be imported, but not used: a task is no process and starts none.",
      ),
      has("warning main.ts:2:16 fs can be imported, but not used: a task has no files when it runs."),
    ]);
  });

  test("finds all problems of the deliberately broken sample at once", async () => {
    const { problems } = await validateTask("tests/samples/broken");
    for (const problem of problems) expect(problem.remedy).toBeString();
    expect(problems.map((problem) => `${problem.severity} ${placeOf(problem)} ${problem.pointer ?? ""}`)).toEqual([
      "error tests/samples/broken/metadata.json:1:1 ",
      "error tests/samples/broken/metadata.json:2:11 /uuid",
      "error tests/samples/broken/metadata.json:3:14 /version",
      "warning tests/samples/broken/metadata.json:5:3 /descripton",
      "error tests/samples/broken/metadata.json:7:22 /throwHttpErrors",
      "error tests/samples/broken/metadata.json:6:23 /limits/time",
      "warning tests/samples/broken/metadata.json:6:36 /limits/memry",
      "error tests/samples/broken/main.js:3:25 ",
      "error tests/samples/broken/input.schema.json:8:15 /required",
      "error tests/samples/broken/input.schema.json:5:24 /properties/price/type",
      "error tests/samples/broken/input.schema.json:6:24 /properties/count/$ref",
      "error tests/samples/broken/output.schema.json:4:3 ",
      "error tests/samples/broken/tests/cut-short.json:2:1 ",
      "error tests/samples/broken/tests/nothing-expected.json:1:1 ",
      "error tests/samples/broken/tests/nothing-expected.json:7:13 /mock/http",
    ]);
  });

  test("warns about missing schemas, and nothing else", async () => {
    expect(await found({ "metadata.json": metadata(), "main.js": "() => 1" })).toEqual([
      has("warning input.schema.json input.schema.json is missing"),
      has("warning output.schema.json output.schema.json is missing"),
    ]);
  });

  test("warns about misspelt keywords in a schema, and about formats that are not checked", async () => {
    const schema =
      '{\n "requried": ["a"],\n "properties": {"a": {"format": "email", "titel": "A", "note": "x", "x-y": 1}}\n}';
    expect(await found({ ...taskFiles(), "input.schema.json": schema })).toEqual([
      has('warning input.schema.json:2:2 Unknown keyword "requried"'),
      has('warning input.schema.json:3:42 Unknown keyword "titel"'),
      has('warning input.schema.json:3:33 "format" is only an annotation in this draft'),
    ]);
    const draft7 = '{"$schema": "http://json-schema.org/draft-07/schema#", "format": "email"}';
    expect(await found({ ...taskFiles(), "input.schema.json": draft7 })).toEqual([]);
  });

  test("checks tests against the schemas, with the position in the test", async () => {
    const files = {
      ...taskFiles(),
      "input.schema.json": '{"required": ["n"]}',
      "output.schema.json": '{"properties": {"sum": {"type": "integer"}}}',
      "tests/a.json": '{\n  "input": {},\n  "expected_output": {"sum": "x"}\n}',
      "tests/b.json": '{"input": {}, "expected_error": "INVALID_INPUT"}',
    };
    expect(await found(files)).toEqual([
      has('error tests/a.json:2:12 The input does not match input.schema.json: it must have the member "n"'),
      has("error tests/a.json:3:30 The expected output does not match output.schema.json: it must be a whole number"),
    ]);
  });

  test.each([
    ["main.js", "const x = 1;"],
    ["main.js", "function helper() {}"],
    ["main.js", "({ version: 1 }, 5)"],
    ["main.js", '"just a text"'],
    ["main.js", "[1, 2]"],
    ["main.js", ""],
    ["main.js", "export const helper = 1;"],
    ["main.js", "export const helper = 1; // main"],
    ["main.ts", "interface A {}\nconst x: number = 1;"],
    ["main.ts", "export type A = 1; export const helper = 1;"],
  ])("reports that %s has no function: %j", async (file, text) => {
    const files: Files = {
      "metadata.json": metadata(),
      "input.schema.json": "{}",
      "output.schema.json": "{}",
      [file]: text,
    };
    const problems = await found(files);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(/has no function|exports neither/);
  });

  test.each([
    ["main.js", "function main() {}"],
    ["main.js", "const main = () => 1;"],
    ["main.js", "const { main } = make(); function make() { return { main: () => 1 }; }"],
    ["main.js", "main = () => 1; 5"],
    ["main.js", "module['exports'] = { main() {} }; 5"],
    ["main.js", "if (true) { (function () {}) }"],
    ["main.js", "make(); function make() { return () => 1; }"],
    ["main.js", "class A {}\n(n) => n"],
    ["main.js", 'export * from "./lib.js";'],
    ["main.ts", "enum A { B }\n((n: number) => n)"],
  ])("does not guess about %s: %j", async (file, text) => {
    const files: Files = {
      "metadata.json": metadata(),
      "input.schema.json": "{}",
      "output.schema.json": "{}",
      [file]: text,
      "lib.js": "export const main = 1;",
    };
    expect(await found(files)).toEqual([]);
  });

  test("reports all tasks of a collection, and duplicates among them", async () => {
    using folder = scratch();
    folder.write({
      ...taskFiles({}, "a/"),
      ...taskFiles({ version: "x" }, "b/"),
      ...taskFiles({}, "c/"),
      "d.zip": "none",
    });
    const { tasks, problems, isCollection } = await validateTask(folder.path());
    expect(isCollection).toBe(true);
    expect(tasks.map(({ origin, problems }) => [origin.slice(folder.path().length + 1), problems.length])).toEqual([
      ["a", 0],
      ["b", 1],
      ["c", 0],
      ["d.zip", 1],
    ]);
    expect(problems.map(({ pointer, file }) => [file.slice(folder.path().length + 1), pointer])).toEqual([
      ["b/metadata.json", "/version"],
      ["d.zip", undefined],
      ["c/metadata.json", "/uuid"],
    ]);
  });

  test("reports an unsafe archive instead of throwing", async () => {
    using folder = scratch();
    folder.write({ "task.zip": zip([{ name: "../a" }, { name: "/b" }]) });
    const { problems } = await validateTask(folder.path("task.zip"));
    expect(problems).toHaveLength(2);
  });

  test("throws if there is nothing to read", async () => {
    expect((await failure(() => validateTask("no/such/path"))).code).toBe("TASK_NOT_FOUND");
    expect((await failure(() => validateTask("package.json"))).code).toBe("TASK_UNREADABLE");
  });

  test("never runs the code of a task", async () => {
    const files = {
      ...taskFiles(),
      "main.js": "globalThis.ratchetRan = true; while (true) {}\nexport default () => 1;",
    };
    expect(await found(files)).toEqual([]);
    expect("ratchetRan" in globalThis).toBe(false);
  });
});
