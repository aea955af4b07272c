import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { programOf, runProgram } from "./run-program.ts";
import type { Files } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

const manifest = (fields: object) => JSON.stringify({ name: "pack", version: "1.0.0", ...fields });
const PACK = "node_modules/pack";
/** Builds of a package that return their own names. */
const builds = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [`${PACK}/${name}.js`, `module.exports = () => ${JSON.stringify(name)};`]));

async function outputOf(files: Files, main = 'import f from "pack"; export default f;'): Promise<unknown> {
  const result = await runProgram(executor, await programOf({ "main.js": main, ...files }), null);
  return "output" in result ? result.output : result.error.message;
}

describe("the file of a package", () => {
  test.each<[string, object]>([
    ["ratchet", { ratchet: "./ratchet.js", worker: "./worker.js", browser: "./browser.js", default: "./other.js" }],
    ["worker", { node: "./node.js", worker: "./worker.js", browser: "./browser.js", default: "./other.js" }],
    ["browser", { node: "./node.js", browser: "./browser.js", import: "./import.js", default: "./other.js" }],
    ["import", { node: "./node.js", require: "./other.js", import: "./import.js" }],
    ["other", { node: "./node.js", deno: "./node.js", default: "./other.js" }],
  ])("is that of the condition %s", async (name, conditions) => {
    const files = builds("ratchet", "worker", "browser", "import", "node", "other");
    const inRoot = { ...files, [`${PACK}/package.json`]: manifest({ exports: conditions }) };
    expect(await outputOf(inRoot)).toBe(name);
    const inPath = { ...files, [`${PACK}/package.json`]: manifest({ exports: { ".": conditions } }) };
    expect(await outputOf(inPath)).toBe(name);
  });

  test("depends on how it is imported", async () => {
    const files = {
      ...builds("main", "module"),
      [`${PACK}/package.json`]: manifest({ main: "main.js", module: "module.js" }),
    };
    expect(await outputOf(files)).toBe("module");
    expect(await outputOf(files, "(function () { return require('pack')(); });")).toBe("main");
  });

  test("is what the package calls by a name of its own", async () => {
    const files = {
      [`${PACK}/package.json`]: manifest({
        main: "index.js",
        imports: { "#inner": { node: "./node.js", default: "./inner.js" }, "#path": "node:path", "#other": "other" },
      }),
      [`${PACK}/index.js`]:
        'import inner from "#inner"; import { sep } from "#path"; import o from "#other"; export default () => inner + sep + o;',
      [`${PACK}/inner.js`]: 'export default "inner";',
      "node_modules/other/index.js": 'export default "other";',
    };
    expect(await outputOf(files)).toBe("inner/other");
  });
});

describe("the browser build of a package", () => {
  const main = "exports.f = () => 'main'; exports.g = () => require('./part.js');";
  const build = (browser: unknown, text: string): Files => ({
    [`${PACK}/package.json`]: manifest({ main: "main.js", browser }),
    [`${PACK}/main.js`]: main,
    [`${PACK}/part.js`]: "module.exports = 'part';",
    [`${PACK}/browser.js`]: text,
  });
  const call = (name: string) => `import { ${name} } from "pack"; export default () => ${name}();`;

  test.each([
    ["is used", "exports.f = () => 'browser';", "browser"],
    [
      "is used if it asks for what a page has",
      "exports.f = () => (typeof window === 'undefined' ? 'browser' : window.x);",
      "browser",
    ],
    ["is not used if it needs a page", "exports.f = () => self.FormData || window.FormData;", "main"],
    ["is not used if it needs XMLHttpRequest", "exports.f = () => new XMLHttpRequest();", "main"],
    [
      "is not used if it is for script tags",
      "if (typeof define === 'function' && define.amd) define(); exports.f = () => 'umd';",
      "main",
    ],
  ])("%s", async (_name, text, expected) => {
    expect(await outputOf(build("./browser.js", text), call("f"))).toBe(expected);
    expect(await outputOf(build({ "./main.js": "./browser.js" }, text), call("f"))).toBe(expected);
    const files = build(undefined, text);
    const exports = { browser: "./browser.js", default: "./main.js" };
    expect(await outputOf({ ...files, [`${PACK}/package.json`]: manifest({ exports }) }, call("f"))).toBe(expected);
  });

  test("replaces and leaves out files and modules", async () => {
    const replaced = build({ "./part.js": "./browser.js" }, "module.exports = 'replaced';");
    expect(await outputOf(replaced, call("g"))).toBe("replaced");
    expect(await outputOf(build({ "./part.js": false }, ""), call("g"))).toEqual({});
    const files = {
      ...build({ fs: false, path: "./browser.js", "node:os": "other" }, "module.exports = 'mine';"),
      [`${PACK}/main.js`]: "exports.h = () => [require('fs'), require('path'), require('node:os')];",
      "node_modules/other/index.js": "module.exports = 'other';",
    };
    expect(await outputOf(files, call("h"))).toEqual([{}, "mine", "other"]);
  });

  test("does not matter for the task's own package.json", async () => {
    const files = {
      "package.json": manifest({ browser: { "./f.js": "./g.js" } }),
      "f.js": "module.exports = () => 'f';",
    };
    expect(await outputOf(files, 'import f from "./f.js"; export default f;')).toBe("f");
  });
});
