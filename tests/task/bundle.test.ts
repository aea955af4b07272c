import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import type { RatchetError } from "../../src/domain/errors.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { untrustedTranspiler } from "../../src/task/program/scan-source.ts";
import { programOf, runProgram } from "./run-program.ts";
import { type Files, failure, scratch } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

async function outputOf(files: Files, input: JsonValue = null): Promise<unknown> {
  const result = await runProgram(executor, await programOf(files), input);
  if ("error" in result) throw result.error;
  return result.output;
}

const manifest = (fields: object) => JSON.stringify({ name: "pack", version: "1.0.0", ...fields });

describe("imports within a task", () => {
  test.each<[string, Files]>([
    [
      "a file beside it",
      {
        "main.js": 'import { f } from "./lib.js"; export default () => f();',
        "lib.js": "export const f = () => 'ok';",
      },
    ],
    [
      "a file without its ending",
      { "main.js": 'import { f } from "./lib/f"; export default f;', "lib/f.js": "export const f = () => 'ok';" },
    ],
    [
      "a folder's index",
      {
        "main.js": 'import { f } from "./lib"; export default f;',
        "lib/index.ts": "export const f = (): string => 'ok';",
      },
    ],
    [
      "TypeScript by the name of its JavaScript",
      { "main.ts": 'import { f } from "./f.js"; export default f;', "f.ts": "export const f = (): string => 'ok';" },
    ],
    [
      "a file one folder up",
      {
        "main.js": 'export { default } from "./a/b.js";',
        "a/b.js": 'import t from "../text.js"; export default () => t;',
        "text.js": 'export default "ok";',
      },
    ],
    [
      "files that import one another",
      {
        "main.js": 'import { a } from "./a.js"; export default () => a();',
        "a.js": 'import { b } from "./b.js"; export const a = () => b(); export const text = "ok";',
        "b.js": 'import { text } from "./a.js"; export const b = () => text;',
      },
    ],
    [
      "JSON",
      { "main.js": 'import data from "./data.json"; export default () => data.text;', "data.json": '{"text":"ok"}' },
    ],
    ["a text", { "main.js": 'import text from "./data.txt"; export default () => text;', "data.txt": "ok" }],
    [
      "by import()",
      { "main.js": 'export default async () => (await import("./lib.js")).default;', "lib.js": 'export default "ok";' },
    ],
    ["by export *", { "main.js": 'export * from "./lib.js";', "lib.js": "export const main = () => 'ok';" }],
    [
      "by require() in a script",
      {
        "main.js": 'const lib = require("./lib.js");\n(function () { return lib.text; });',
        "lib.js": 'exports.text = "ok";',
      },
    ],
    [
      "by require() in main",
      { "main.js": 'function main() { return require("./lib").text; }', "lib.js": 'module.exports = { text: "ok" };' },
    ],
    [
      "by require() in TypeScript",
      {
        "main.ts": 'const { text } = require("./lib");\nmodule.exports = (n: number): string => text;',
        "lib.ts": 'export const text: string = "ok";',
      },
    ],
    [
      "for its effect",
      {
        "main.js": 'import "./setup.js";\nfunction main() { return globalThis.text; }',
        "setup.js": 'globalThis.text = "ok";',
      },
    ],
    [
      "a package of the task",
      {
        "main.js": 'import f from "pack"; export default f;',
        "node_modules/pack/package.json": manifest({ main: "lib/f.js" }),
        "node_modules/pack/lib/f.js": "module.exports = () => 'ok';",
      },
    ],
    [
      "a package with exports",
      {
        "main.js": 'import f from "pack/sub"; export default f;',
        "node_modules/pack/package.json": manifest({
          exports: { "./sub": { node: "./node.js", browser: "./sub.mjs" } },
        }),
        "node_modules/pack/sub.mjs": "export default () => 'ok';",
        "node_modules/pack/node.js": "import 'node:fs';",
      },
    ],
    [
      "a package with a scope",
      {
        "main.js": 'import { f } from "@a/pack"; export default f;',
        "node_modules/@a/pack/index.js": "export const f = () => 'ok';",
      },
    ],
    [
      "a package named as a module of Node.js, with a slash",
      {
        "main.js": 'import { f } from "events/"; export default f;',
        "node_modules/events/index.js": "exports.f = () => 'ok';",
      },
    ],
    [
      "a module of Node.js, before a package with its name",
      {
        "main.js":
          'import { once } from "events"; export default () => (typeof once === "function" ? "ok" : "package");',
        "node_modules/events/index.js": "exports.once = 'package';",
      },
    ],
    ["a module of Node.js in a script", { "main.js": "(function () { return require('path').basename('/a/ok'); });" }],
    [
      "what a package imports",
      {
        "main.js": 'import f from "pack"; export default f;',
        "node_modules/pack/index.js": 'import t from "other"; export default () => t;',
        "node_modules/pack/node_modules/other/index.js": 'export default "ok";',
      },
    ],
  ])("work for %s", async (_name, files) => {
    expect(await outputOf(files)).toBe("ok");
  });

  test.each<[string, string, RegExp]>([
    ["a file that is not there", "./nowhere.js", /no file nowhere\.js/],
    ["a path out of the task", "../other/main.js", /points outside the task's folder/],
    ["a path out and back in", "./a/../../task/lib.js", /points outside the task's folder/],
    ["an absolute path", "/etc/passwd", /points outside the task's folder/],
    ["a drive", "C:\\\\windows\\\\x.js", /points outside the task's folder/],
    ["a module that Node.js does not have", "node:nothing", /has no module "node:nothing"/],
    ["Bun", "bun", /has no module "bun"/],
    ["a module of Bun", "bun:ffi", /has no module "bun:ffi"/],
    ["a package that is not in the task", "lodash", /package "lodash" is not in the task/],
    ["a package out of node_modules", "pack/../../../secret", /is not in the task/],
    ["a URL", "https://example.com/x.js", /URLs are not supported/],
    ["a data URL", "data:text/javascript,1", /URLs are not supported/],
    ["a file URL", "file:///etc/passwd", /URLs are not supported/],
    ["a file of another kind", "./picture.psd", /cannot be imported/],
    ["an import map's name", "#internal", /is not in the task/],
  ])("are refused for %s", async (_name, specifier, message) => {
    const files = { "picture.psd": "", "lib.js": "" };
    for (const [line, text] of [
      [3, `// first\n\nimport x from "${specifier}";\nexport default () => x;`],
      [2, `(function () {\n  return require("${specifier}");\n});`],
      [1, `export default () => import("${specifier}");`],
    ] as const) {
      const error = await failure(() => programOf({ ...files, "main.js": text }));
      expect([error.code, error.problems[0]?.line]).toEqual(["TASK_INVALID", line]);
      expect(error.problems[0]?.message).toMatch(message);
      expect(error.remedy).toBeString();
    }
  });

  test("report all errors at once, each in its file", async () => {
    const error = await failure(() =>
      programOf({
        "main.js": 'import "./a.js";\nimport "./nowhere.js";\nexport default () => 1;',
        "a.js": 'import "node:nothing";\nexport const a = 1;',
      }),
    );
    const found = error.problems.map(({ file, line }) => `${file.split("/").at(-1)}:${line}`).sort();
    expect(found).toEqual(["a.js:1", "main.js:2"]);
  });

  test("are told in time when very many are wrong", async () => {
    for (const count of [5_000, 300_000]) {
      const many = Array.from({ length: count }, (_, i) => `import "./nowhere${i}.js";`).join("\n");
      const error = await failure(() => programOf({ "main.js": `${many}\nexport default () => 1;` }));
      expect(error.code).toBe("TASK_INVALID");
    }
  });

  test("name the imported file that has a syntax error", async () => {
    const files = { "main.js": 'import "./a.js";\nexport default () => 1;', "a.js": "export const a = 1;\nlet = ;\n" };
    const error = await failure(() => programOf(files));
    expect(error.message).toMatch(/a\.js:2:\d+: Syntax error/);
  });

  test("leave no names behind that another program could see", async () => {
    const files = {
      "main.js":
        'import { f } from "./f.js"; const secret = 1; export default () => [typeof secret, typeof f, Object.keys(globalThis).filter((name) => name.startsWith("__"))];',
      "f.js": "export const f = 1;",
    };
    expect(await outputOf(files)).toEqual(["number", "number", []]);
    expect(await outputOf({ "main.js": "() => [typeof secret, typeof f]" })).toEqual(["undefined", "undefined"]);
  });
});

describe("no code of a task runs while it is loaded", () => {
  const evil = (marker: string) => `import { writeFileSync } from "node:fs";
export function run() { writeFileSync(${JSON.stringify(marker)}, "ran"); return "ran"; }`;

  test.each([
    ['import { run } from "./evil.ts" with { type: "macro" };'],
    ['import { run } from "./evil.ts" assert { type: "macro" };'],
    ['import { run } from "macro:./evil.ts";'],
    ['import * as m from "./evil.ts" with { type: "macro" }; const { run } = m;'],
    ['export { run } from "./evil.ts" with { type: "macro" }; import { run } from "./evil.ts" with { type: "macro" };'],
  ])("not by %s", async (statement) => {
    using folder = scratch();
    const marker = folder.path("marker");
    for (const name of ["main.js", "main.ts"]) {
      const main = `${statement}\nconst value = run();\nexport default () => value;`;
      await programOf({ [name]: main, "evil.ts": evil(marker) }).catch((error) => {
        expect(error.code).toBe("TASK_INVALID");
      });
      expect(existsSync(marker)).toBe(false);
    }
  });

  test("not by a macro of a module of the host", async () => {
    for (const [name, specifier] of [
      ["readFileSync", "node:fs"],
      ["readFileSync", "fs"],
      ["spawnSync", "child_process"],
      ["hostname", "os"],
    ]) {
      const text = `import { ${name} } from "${specifier}" with { type: "macro" };\nconst value = ${name}("/etc/hostname", "utf8");\nexport default () => value;`;
      for (const file of ["main.js", "main.ts"]) {
        const error = await failure(() => programOf({ [file]: text }));
        expect([error.code, error.message]).toEqual([
          "TASK_INVALID",
          expect.stringContaining("Macros are not supported"),
        ]);
      }
    }
  });

  test("not by the transpiler alone", () => {
    const text =
      'import { hostname } from "os" with { type: "macro" };\nconst value = hostname();\nmodule.exports = () => value;';
    for (const language of ["js", "ts"] as const) {
      expect(() => untrustedTranspiler(language).transformSync(text)).toThrow("Macros are disabled");
    }
  });

  test("nothing of the host's files and environment goes into a program", async () => {
    process.env.RATCHET_TEST_SECRET = "hunter2";
    const text = [
      "export default () => [",
      "  process.env.RATCHET_TEST_SECRET, import.meta.env?.RATCHET_TEST_SECRET, process.env.NODE_ENV,",
      "  import.meta.url, import.meta.dir, import.meta.path, __dirname, __filename,",
      "];",
    ].join("\n");
    const { code, places } = await programOf({ "main.js": text });
    delete process.env.RATCHET_TEST_SECRET;
    for (const part of ["hunter2", process.cwd(), "ratchet-task-"]) {
      expect(code).not.toContain(part);
      expect(JSON.stringify(places)).not.toContain(part);
    }
  });

  test("an import attribute cannot change the kind of a file", async () => {
    using folder = scratch();
    folder.write({ "secret.txt": "hunter2" });
    for (const type of ["text", "file", "json", "sqlite", "toml", "html", "bytes", "css", "wasm", "napi"]) {
      const text = `import x from "${folder.path("secret.txt")}" with { type: "${type}", embed: "true" };\nexport default () => x;`;
      expect((await failure(() => programOf({ "main.js": text }))).code).toBe("TASK_INVALID");
    }
  });
});

describe("what packages look for", () => {
  const umd = (body: string) =>
    `(function (root, factory) {
      if (typeof exports === "object" && typeof module !== "undefined") module.exports = factory(typeof require === "function" && require);
      else if (typeof define === "function" && define.amd) define([], factory);
      else (typeof global !== "undefined" ? global : self).lib = factory();
    })(this, function (load) { ${body} });`;

  async function outputOf(main: string, lib: string): Promise<unknown> {
    const files = { "main.js": main, "node_modules/lib/index.js": lib };
    const result = await runProgram(executor, await programOf(files), null);
    return "output" in result ? result.output : result.error.message;
  }

  test("UMD packages export, however they are imported", async () => {
    const lib = umd("return { answer: () => 42 };");
    expect(await outputOf('import lib from "lib"; export default () => lib.answer();', lib)).toBe(42);
    expect(await outputOf('const { answer } = require("lib"); module.exports = () => answer();', lib)).toBe(42);
  });

  test("bundles in browserify's form find their own modules", async () => {
    const lib = `(function (f) { if (typeof exports === "object" && typeof module !== "undefined") { module.exports = f(); } })(function () {
      return (function e(t, n, r) {
        function s(o, u) { if (!n[o]) { if (!t[o]) { var a = "function" == typeof require && require; if (!u && a) return a(o, true); throw new Error("Cannot find module '" + o + "'"); }
          var l = n[o] = { exports: {} }; t[o][0].call(l.exports, (x) => s(t[o][1][x] || x), l, l.exports); } return n[o].exports; }
        for (var i = "function" == typeof require && require, o = 0; o < r.length; o++) s(r[o]);
        return s;
      })({ 1: [function (require, module, exports) { module.exports = require("./two"); }, { "./two": 2 }], 2: [function (require, module, exports) { module.exports = 42; }, {}] }, {}, [1])(1);
    });`;
    expect(await outputOf('import lib from "lib"; export default () => lib;', lib)).toBe(42);
  });

  test("require of a module that is not in the bundle fails as usual", async () => {
    const lib = umd(
      "try { load('f' + 's'); } catch (error) { return [error.code, error.message, typeof load.extensions]; }",
    );
    expect(await outputOf('import lib from "lib"; export default () => lib;', lib)).toEqual([
      "MODULE_NOT_FOUND",
      "Cannot find module 'fs': only imports by a constant name are bundled",
      "undefined",
    ]);
  });

  test("import.meta.env is empty, and import.meta reveals nothing about this machine", async () => {
    const main =
      "export default () => [import.meta.env, import.meta.env.MODE ?? null, import.meta.url ?? null, typeof import.meta];";
    expect(await outputOf(main, "")).toEqual([{}, null, null, "object"]);
  });
});

describe("places in a failed program", () => {
  async function errorOf(files: Files): Promise<RatchetError> {
    const result = await runProgram(executor, await programOf(files), null);
    if (!("error" in result)) throw new Error("it did not fail");
    return result.error;
  }

  async function stackOf(files: Files): Promise<string> {
    return (await errorOf(files)).guest?.stack ?? "";
  }

  test("are those of a plain script", async () => {
    expect(await stackOf({ "main.js": "// one\n(function () {\n  throw new Error('x');\n});" })).toContain(
      "main.js:3:",
    );
    expect(await stackOf({ "main.js": "// one\nfunction () {\n  throw new Error('x');\n}" })).toContain("main.js:3:");
  });

  test("are those of TypeScript", async () => {
    const text =
      "interface Input {\n  a: number;\n}\n\n// comment\nexport default (input: Input): number => {\n\n  throw new Error('x');\n};";
    expect(await stackOf({ "main.ts": text })).toContain("main.ts:8:");
    const script =
      "interface Input {\n  a: number;\n}\n\nfunction main(input: Input): number {\n\n  throw new Error('x');\n}\nmain;";
    expect(await stackOf({ "main.ts": script })).toContain("main.ts:7:");
  });

  test("are those of an imported file", async () => {
    const files = {
      "main.js": 'import { f } from "./lib/f.js";\n\nexport default () => f();',
      "lib/f.js": "// a\n// b\nexport function f() {\n  throw new Error('x');\n}",
    };
    const stack = await stackOf(files);
    expect(stack).toContain("lib/f.js:4:");
    expect(stack).toContain("main.js:3:");
  });

  test("are those of the source in causes and when loading fails", async () => {
    const text = "interface A {}\n\nexport default (a: A) => {\n  throw new Error('x', { cause: new Error('y') });\n};";
    expect((await errorOf({ "main.ts": text })).guest?.cause?.stack).toContain("main.ts:4:");
    const top = await errorOf({ "main.ts": "interface A {}\n\nthrow new Error('at once');\nexport default () => 1;" });
    expect(top.message).toContain("main.ts:3");
  });
});

describe("an import of a name that there is not", () => {
  test("is reported in words of the task's files", async () => {
    const files = { "main.js": 'import { a } from "./a.js";\nexport default () => a;', "a.js": "export const b = 1;" };
    const { problems } = await failure(() => programOf(files));
    expect(problems).toMatchObject([{ line: 1, column: 10, message: 'a.js has no export named "a".' }]);
  });

  test("is not reported besides if its module is missing", async () => {
    const { problems } = await failure(() =>
      programOf({ "main.js": 'import { a } from "bun"; export default () => a;' }),
    );
    expect(problems.map(({ message }) => message)).toEqual(['Tasks run in a sandbox that has no module "bun".']);
  });
});
