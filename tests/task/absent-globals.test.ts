import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { ABSENT_GLOBALS, ABSENT_PROCESS } from "../../src/task/program/absent-globals.ts";
import { validateTask } from "../../src/task/validate.ts";
import { programOf, runProgram } from "./run-program.ts";
import { type Files, scratch, taskFiles } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** What `validate` reports about a task with these files: FILE:LINE:COLUMN and the first words. */
async function reported(files: Files): Promise<string[]> {
  using folder = scratch();
  const { "main.js": _, ...others } = taskFiles();
  const root = folder.write({ ...others, ...files });
  const { problems } = await validateTask(root);
  return problems.map(({ file, line, column, message }) => {
    const [what] = message.split(/ is (?:not available|no path|undefined)/);
    return `${file.slice(root.length + 1)}:${line}:${column} ${what}`;
  });
}

/** The same for a body of the task's function, in JavaScript and in TypeScript; the places are those of the body. */
async function inBody(body: string): Promise<string[]> {
  const all: string[][] = [];
  for (const files of [
    { "main.js": `(function (input) {\n${body}\n})` },
    { "main.js": `export default (input) => {\n${body}\n};` },
    { "main.ts": `type A = { document: Worker };\nexport default (input: A): unknown => {\n${body}\nreturn 1; };` },
  ]) {
    const lines = "main.ts" in files ? 2 : 1;
    const found = await reported(files);
    all.push(
      found.map((line) => line.replace(/^main\.[jt]s:(\d+)/, (_, number: string) => String(Number(number) - lines))),
    );
  }
  const [first = []] = all;
  expect(all).toEqual([first, first, first]);
  return first;
}

describe("validate names globals that no task has", () => {
  test("where they are used", async () => {
    expect(await inBody("return document.title;")).toEqual(["1:8 document"]);
    expect(await inBody("const a = 1;\n  return [a, new Worker('x'), localStorage.a];")).toEqual([
      "2:18 Worker",
      "2:31 localStorage",
    ]);
    expect(await inBody("return { alert };")).toEqual(["1:10 alert"]);
    expect(await inBody("onmessage = () => 1;")).toEqual(["1:1 onmessage"]);
  });

  test("each of them once for a file, with what to use instead", async () => {
    using folder = scratch();
    const main = "(input) => [new XMLHttpRequest(), new XMLHttpRequest(), Deno.args]";
    const { problems } = await validateTask(folder.write({ ...taskFiles(), "main.js": main }));
    expect(problems).toMatchObject([
      {
        severity: "warning",
        line: 1,
        column: 17,
        message: "XMLHttpRequest is not available: a task calls HTTP services with fetch.",
        remedy: "Use fetch.",
      },
      { line: 1, column: 57, message: "Deno is not available: a task does not run in Deno." },
    ]);
  });

  test("in every file that the program imports, but not in packages", async () => {
    const files = {
      "main.js": 'import "./lib/a.ts"; import "pack"; export default () => 1;',
      "lib/a.ts": "const n: number = 1;\nexport const a = (): unknown => [n, indexedDB];\nconsole.log(a);",
      "node_modules/pack/package.json": JSON.stringify({ name: "pack", version: "1.0.0", main: "i.js" }),
      "node_modules/pack/i.js": "module.exports = () => [document, process.exit(), window];",
    };
    expect(await reported(files)).toEqual(["lib/a.ts:2:37 indexedDB"]);
  });

  test("beside the errors of a program that can't be bundled", async () => {
    const files = { "main.js": 'import x from "missing";\nexport default () => [x, document];' };
    expect(await reported(files)).toEqual([
      'main.js:1:15 The package "missing" is not in the task.',
      "main.js:2:26 document",
    ]);
  });

  test("in programs with top-level await", async () => {
    expect(await reported({ "main.js": "const x = await 1;\nexport default () => [x, caches];" })).toEqual([
      "main.js:2:26 caches",
    ]);
  });

  test("and members of process", async () => {
    expect(
      await inBody("if (process.env.NODE_ENV) process.exit(1);\nreturn [process.env.HOME, process.platform];"),
    ).toEqual(["1:27 process.exit", "2:9 process.env.HOME"]);
  });

  test("and __dirname and __filename", async () => {
    expect(await inBody("return [__dirname, __filename];")).toEqual(["1:9 __dirname", "1:20 __filename"]);
    expect(await inBody("return [typeof __dirname, { __filename: 1 }.__filename];")).toEqual([]);
  });
});

describe("validate says nothing", () => {
  test.each([
    ["where the code asks first", "return typeof document === 'undefined' ? 1 : document.title;"],
    ["where it asks for a member", "return globalThis.localStorage ? localStorage.getItem('a') : self.caches;"],
    ["where it asks with in", "return 'Deno' in globalThis && Deno.version;"],
    ["about constants", "const window = { a: 1 }; return window.a;"],
    ["about variables that are declared later", "{ caches = 1; var caches; } return caches;"],
    ["about functions and classes", "function alert() {} class Image {} return [alert, new Image()];"],
    ["about parameters", "return [(location) => location.x, function (a, ...history) { return history; }];"],
    ["about destructured names", "const { document, a: [screen = 1] } = input; return [document, screen];"],
    ["about caught errors", "try { return 1; } catch (prompt) { return prompt; }"],
    ["about variables of loops", "for (const caches of []) caches.x; for (let gc = 0; gc < 1; gc++); return 1;"],
    [
      "about members, keys, labels and texts",
      "document: for (;;) break document; return [input.document, { window: 1 }, 'alert'];",
    ],
    ["about methods", "return { alert() {}, get caches() { return 1; } }; // document"],
    ["about the process that a file imports", "const process = { exit() {} }; return process.exit();"],
  ])("%s", async (_name, body) => {
    expect(await inBody(body)).toEqual([]);
  });

  test("about names that other modules declare", async () => {
    expect(
      await reported({
        "main.js": 'import { document } from "./a.js"; export default () => document.title;',
        "a.js": "export const document = { title: 1 };",
      }),
    ).toEqual([]);
  });
});

test("a name that is shadowed in one place is reported in another", async () => {
  expect(await inBody("{ const document = 1; input(document); }\nreturn document;")).toEqual(["2:8 document"]);
});

describe("the lists", () => {
  test("hold nothing that a task has", async () => {
    const names = JSON.stringify(Object.keys(ABSENT_GLOBALS));
    const code = `export default () => ${names}.filter((name) => name in globalThis);`;
    expect(await runProgram(executor, await programOf({ "main.js": code }), null)).toEqual({ output: [] });
  });

  test("describe process as it is", async () => {
    const code = [
      `import process from "node:process"; export default () => ${JSON.stringify(Object.keys(ABSENT_PROCESS))}.filter((name) => {`,
      "  const value = process[name];",
      "  if (typeof value !== 'function') return Object.keys(value ?? {}).some((key) => key !== 'NODE_ENV');",
      "  try { value(); return true; } catch { return false; }",
      "});",
    ].join("\n");
    expect(await runProgram(executor, await programOf({ "main.js": code }), null)).toEqual({ output: [] });
  });

  test("global is the global object in every form of program", async () => {
    for (const code of ["(input) => global === globalThis", "export default () => global === globalThis"]) {
      expect(await runProgram(executor, await programOf({ "main.js": code }), null)).toEqual({ output: true });
    }
  });
});

test("a program that is nested more deeply than the search can follow is valid", async () => {
  const deep = Array.from({ length: 60_000 }, (_, i) => `document.x${i}`).join(" + ");
  expect(await reported({ "main.js": `export default () => ${deep};` })).toEqual([]);
});
