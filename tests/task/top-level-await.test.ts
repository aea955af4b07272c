import { afterAll, describe, expect, test } from "bun:test";
import type { JsonValue } from "../../src/domain/json.ts";
import { readText } from "../../src/domain/shared-text.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { ended, type Given, requestFor } from "../conformance/request.ts";
import { programOf } from "./run-program.ts";
import { type Files, failure } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

async function outcomeOf(files: Files, given: Given = {}) {
  return ended(await executor.execute({ ...requestFor("", given), program: await programOf(files) }));
}

async function outputOf(files: Files, given: Given = {}): Promise<JsonValue> {
  const outcome = await outcomeOf(files, given);
  if (outcome.status === "failed") throw outcome.error;
  return JSON.parse(readText(outcome.outputJson)) as JsonValue;
}

async function errorOf(files: Files, given: Given = {}) {
  const outcome = await outcomeOf(files, given);
  if (outcome.status === "completed") throw new Error(`completed with ${readText(outcome.outputJson)}`);
  return outcome.error;
}

const pkg = (text: string, fields: object = {}) => ({
  "node_modules/pack/package.json": JSON.stringify({ name: "pack", version: "1.0.0", main: "index.js", ...fields }),
  "node_modules/pack/index.js": text,
});

describe("a program with top-level await", () => {
  test.each<[string, Files, JsonValue]>([
    ["a module", { "main.js": "const x = await 3; export default () => x;" }, 3],
    ["a function that is awaited", { "main.js": "export default await Promise.resolve(() => 4);" }, 4],
    ["an exported main", { "main.js": "const x = await 5; export function main() { return x; }" }, 5],
    ["a script that ends with its function", { "main.js": "const x = await 6;\n(input) => x" }, 6],
    ["a script that declares main", { "main.js": "const x = await 7; function main() { return x; }" }, 7],
    ["a script with a constant main", { "main.js": "const main = await Promise.resolve(() => 8);" }, 8],
    [
      "TypeScript",
      { "main.ts": "const x: number = await Promise.resolve<number>(9);\nexport default (): number => x;" },
      9,
    ],
    ["a TypeScript script", { "main.ts": "const x: number = await 10;\n(input: unknown): number => x" }, 10],
    [
      "await in expressions, blocks and loops",
      {
        "main.js": [
          "let x = String(await 1);",
          "if (x) { x += await 2; }",
          "for (const y of [3]) x += await y;",
          "for await (const y of [4]) x += y;",
          "try { await Promise.reject(5); } catch (error) { x += error; }",
          "export default () => x;",
        ].join("\n"),
      },
      "12345",
    ],
    [
      "an imported file",
      { "main.js": 'import { a } from "./a.js"; export default () => a;', "a.js": "export const a = await 11;" },
      11,
    ],
    [
      "a package",
      { "main.js": 'import a from "pack"; export default () => a;', ...pkg("export default await 12;") },
      12,
    ],
    [
      "a CommonJS main that imports dynamically",
      {
        "main.js": 'module.exports = async () => (await import("./a.js")).a;',
        "a.js": "export const a = await 13;",
      },
      13,
    ],
    [
      "live bindings",
      {
        "main.js": 'import { n, add } from "./a.js"; add(); export default () => n;',
        "a.js": "export let n = await 13; export function add() { n += 1; }",
      },
      14,
    ],
    [
      "await using",
      {
        "main.js":
          "const log = []; { await using x = { async [Symbol.asyncDispose]() { log.push(await 15); } }; } export default () => log;",
      },
      [15],
    ],
    [
      "Node.js's globals",
      { "main.js": "const x = await Buffer.from('16').toString(); export default () => x + typeof process.nextTick;" },
      "16function",
    ],
    [
      "JSX",
      {
        "main.js": 'import { view } from "./view.jsx"; export default () => view;',
        "view.jsx":
          "/** @jsx h */ const h = (tag, props, ...inner) => [tag, ...inner]; export const view = <b>{await 17}</b>;",
      },
      ["b", 17],
    ],
  ])("works in %s", async (_name, files, output) => {
    expect(await outputOf(files)).toEqual(output);
  });

  test("fetches, waits for timers, writes to the console and draws random numbers", async () => {
    const logs: string[] = [];
    const output = await outputOf(
      {
        "main.js": [
          'console.log("begins");',
          'const response = await fetch("http://service.test/a");',
          "await new Promise((resolve) => setTimeout(resolve, 1));",
          "const id = crypto.randomUUID();",
          "export default () => [response.status, id.length];",
        ].join("\n"),
      },
      { onLog: ({ message }) => void logs.push(message) },
    );
    expect({ output, logs }).toEqual({ output: [200, 36], logs: ["begins"] });
  });

  test("is evaluated for every execution if it looks outside, and its state is always fresh", async () => {
    const files = (wait: string) => ({ "main.js": `let n = 0; ${wait}; n += 1; export default () => (n += 1);` });
    for (const wait of [
      "await null",
      "await new Promise((resolve) => setTimeout(resolve))",
      "await fetch('http://a.test')",
    ]) {
      const program = await programOf(files(wait));
      for (let i = 0; i < 3; i++) {
        const outcome = await executor.execute({ ...requestFor(""), program });
        expect(outcome.status === "completed" && readText(outcome.outputJson)).toBe("2");
      }
    }
  });

  test("throwHttpErrors applies to it", async () => {
    const files = { "main.js": "const r = await fetch('http://a.test/');\nexport default () => r.status;" };
    const http = async () => ({
      status: 500,
      statusText: "",
      url: "http://a.test/",
      redirected: false,
      headers: [],
      body: new Uint8Array(),
    });
    expect((await errorOf(files, { throwHttpErrors: true, http })).message).toMatch(
      /^main\.js:1: ServiceUnavailableError/,
    );
    expect(await outputOf(files, { http })).toBe(500);
  });
});

describe("what goes wrong at the top level", () => {
  const refused = { "main.js": "const a = 1;\n\nconst r = await fetch('http://a.test/');\nexport default () => r;" };

  test("a rejection names the line of the await", async () => {
    const http = () => Promise.reject(Object.assign(new Error("no"), { code: "ECONNREFUSED" }));
    const error = await errorOf(refused, { http });
    expect(error.message).toMatch(/^main\.js:3: /);
    expect({ code: error.code, data: error.data }).toMatchObject({
      code: "TASK_FAILED",
      data: { file: "main.js", line: 3 },
    });
    expect(error.guest?.stack).toContain("\n    at main.js:3:11");
  });

  test.each<[string, string, string, number]>([
    ["an error", "await Promise.reject(new Error('broken'));", "Error: broken", 2],
    ["a text", "await Promise.reject('broken');", "Error: broken", 2],
    ["a later text", "await 1; await Promise.all([1, Promise.reject('broken')]);", "Error: broken", 2],
    ["an error that is thrown", "await 1; throw new TypeError('broken');", "TypeError: broken", 2],
    ["an error of a function", "await 1; (() => {\n throw new Error('broken'); })();", "Error: broken", 3],
  ])("%s", async (_name, statement, message, line) => {
    for (const files of [
      { "main.js": `const a = 1;\n${statement}\nexport default () => a;` },
      { "main.ts": `type A = 1;\n${statement}\nexport default (): A => 1;` },
    ]) {
      const [name = ""] = Object.keys(files);
      const error = await errorOf(files);
      expect([error.message, error.code]).toEqual([`${name}:${line}: ${message}`, "TASK_FAILED"]);
    }
    const imported = { "main.js": 'import "./a.js"; export default () => 1;', "a.js": `const a = 1;\n${statement}` };
    expect((await errorOf(imported)).message).toBe(`a.js:${line}: ${message}`);
  });

  test("a text that is thrown after an await does not get the line of that await", async () => {
    expect((await errorOf({ "main.js": "await 1;\nthrow 'broken';\nexport default 1;" })).message).toBe(
      "main.js: Error: broken",
    );
  });

  test("what throws while others wait ends everything", async () => {
    const files = {
      "main.js": 'import "./wait.js"; import "./throw.js"; import "./after.js"; export default () => 1;',
      "wait.js": "await new Promise((resolve) => setTimeout(resolve, 1)); console.log('waited');",
      "throw.js": "throw new Error('broken');",
      "after.js": "console.log('after');",
    };
    const logs: string[] = [];
    const error = await errorOf(files, { onLog: ({ message }) => void logs.push(message) });
    expect({ message: error.message, logs }).toEqual({ message: "throw.js:1: Error: broken", logs: [] });
  });

  test("what can never settle ends with the line, however it waits", async () => {
    for (const statement of ["await new Promise(() => {});", "for await (const x of [new Promise(() => {})]);"]) {
      const error = await errorOf({ "main.js": `await 1;\n${statement}\nexport default () => 1;` });
      expect(error.code).toBe("NEVER_SETTLED");
      expect(error.message).toMatch(/^main\.js:\d: the top-level await can never settle/);
    }
    const { message, data } = await errorOf({
      "main.js": 'import "./a.js"; export default () => 1;',
      "a.js": "\n\nawait new Promise(() => {});",
    });
    expect({ message, data }).toEqual({
      message: "a.js:3: the top-level await can never settle: nothing it could wait for is under way",
      data: { file: "a.js", line: 3 },
    });
  });

  test("a module that waits for itself never settles", async () => {
    const files = { "main.js": 'import "./a.js"; export default () => 1;', "a.js": '\nawait import("./main.js");' };
    expect((await errorOf(files)).message).toMatch(/^a\.js:2: the top-level await can never settle/);
  });

  test("its time counts", async () => {
    const limits = { timeMs: 60 };
    const waits = "await new Promise((resolve) => setTimeout(resolve, 60_000)); export default () => 1;";
    for (const text of [waits, "await 1; for (;;); export default () => 1;"]) {
      expect((await errorOf({ "main.js": text }, { limits })).code).toBe("TIME_LIMIT");
    }
  });

  test("an exception of a timer's callback fails the program", async () => {
    const text =
      "setTimeout(() => {\n throw new Error('broken'); });\nawait new Promise(() => {}); export default () => 1;";
    expect((await errorOf({ "main.js": text })).message).toBe("main.js:2: Error: broken");
  });

  test("a rejection that nothing handles fails the program", async () => {
    const text = "Promise.reject(new Error('broken'));\nawait 1; export default () => 1;";
    expect((await errorOf({ "main.js": text })).message).toBe("main.js:1: Error: broken");
  });

  test("a program without a function says so", async () => {
    const error = await errorOf({ "main.js": "await 1; export default 2;" });
    expect([error.code, error.message]).toEqual(["TASK_INVALID", expect.stringContaining("defines no function")]);
  });
});

describe("require of a module with top-level await", () => {
  const lib = { "lib.js": "export const a = await 1;" };
  const caught = "(() => { try { return require('./lib.js'); } catch (error) { return error.code; } })()";

  test("is a problem of the task's own files", async () => {
    const error = await failure(() =>
      programOf({ "main.js": "const a = 1;\nconst b = require('./lib.js'); export default () => b;", ...lib }),
    );
    expect(error.problems).toEqual([
      {
        severity: "error",
        file: expect.stringMatching(/main\.js$/),
        line: 2,
        column: expect.any(Number),
        message: "require() can't load a module with top-level await (ERR_REQUIRE_ASYNC_MODULE).",
        remedy: "Use an import statement, or `await import(...)`.",
      },
    ]);
  });

  test("throws ERR_REQUIRE_ASYNC_MODULE where the program can do without it", async () => {
    expect(await outputOf({ "main.js": `export default () => ${caught};`, ...lib })).toBe("ERR_REQUIRE_ASYNC_MODULE");
    const indirect = { "mid.js": 'import "./lib.js"; export const m = 1;', ...lib };
    expect(await outputOf({ "main.js": `export default () => ${caught.replace("lib", "mid")};`, ...indirect })).toBe(
      "ERR_REQUIRE_ASYNC_MODULE",
    );
  });

  test("throws ERR_REQUIRE_ASYNC_MODULE in packages", async () => {
    const files = {
      "main.js":
        'import load from "pack"; export default () => { try { load(); } catch (error) { return [error.code, error.message]; } };',
      ...pkg("module.exports = () => require('./lib.mjs');"),
      "node_modules/pack/lib.mjs": "export default await 1;",
    };
    expect(await outputOf(files)).toEqual(["ERR_REQUIRE_ASYNC_MODULE", expect.stringContaining("./lib.mjs")]);
  });

  test("does not keep import() from working beside it", async () => {
    const files = { "main.js": `export default async () => [${caught}, (await import("./lib.js")).a];`, ...lib };
    expect(await outputOf(files)).toEqual(["ERR_REQUIRE_ASYNC_MODULE", 1]);
  });
});

describe("files that are not modules", () => {
  test("module.exports and top-level await exclude each other", async () => {
    for (const files of [
      { "main.js": "const x = await 1;\nmodule.exports = () => x;" },
      { "main.ts": "const x: number = await 1;\nmodule.exports = (): number => x;" },
      { "main.js": 'import "./a.js"; export default () => 1;', "a.js": "await 1;\nexports.a = 1;" },
    ]) {
      const error = await failure(() => programOf(files));
      expect(error.problems).toMatchObject([{ line: 2, message: expect.stringContaining("is an ES module") }]);
    }
  });

  test("await in a function that is not async stays an error with its place", async () => {
    for (const name of ["main.js", "main.ts"]) {
      const error = await failure(() => programOf({ [name]: "export default () => {\n  await 1;\n}" }));
      expect(error.message).toMatch(/main\.[jt]s:2:\d+: Syntax error: "await" can only be used inside/);
      expect(error.remedy).toBe("Make the function that contains the await async.");
    }
  });

  test("programs without top-level await contain nothing for it", async () => {
    for (const text of ["export default async () => await 1;", "async (input) => await 1"]) {
      expect((await programOf({ "main.js": text })).code).not.toMatch(/ratchet\$(?!meta)/);
    }
  });
});
