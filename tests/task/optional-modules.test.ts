import { afterAll, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { programOf, runProgram } from "./run-program.ts";
import { type Files, failure } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

async function outputOf(files: Files): Promise<unknown> {
  const result = await runProgram(executor, await programOf(files), null);
  if ("error" in result) throw result.error;
  return result.output;
}

test("a package of the task can do without modules", async () => {
  const main = 'import f from "pack"; export default f;';
  const pack =
    "let fs; try { fs = require('fsevents'); } catch {} module.exports = () => (fs === undefined ? 'ok' : 'fs');";
  expect(await outputOf({ "main.js": main, "node_modules/pack/index.js": pack })).toBe("ok");
  const looks =
    "let code; try { require('fsevents'); } catch (error) { code = error.code; } module.exports = () => code;";
  expect(await outputOf({ "main.js": main, "node_modules/pack/index.js": looks })).toBe("MODULE_NOT_FOUND");
  const needs = "import { readFileSync } from 'node:fs'; export default () => readFileSync('/etc/passwd');";
  const program = await programOf({ "main.js": main, "node_modules/pack/index.js": needs });
  const result = await runProgram(executor, program, null);
  expect("error" in result && result.error.message).toContain("fs.readFileSync is not available: a task has no files");
});

test.each(["x", "node:nothing", "./absent", "https://a.test/x.js"])(
  "a file can do without what it requires in try: %s",
  async (name) => {
    const looks = (file: string) =>
      `let seen; try { /* optional */ seen = require(${JSON.stringify(name)}); } catch (error) { seen = error.code; } ${file}`;
    const vendored = { "main.js": "import f from './vendor/x.js'; export default f;" };
    const inner = { ...vendored, "vendor/x.js": looks("module.exports = () => seen;") };
    expect(await outputOf(inner)).toBe("MODULE_NOT_FOUND");
    expect(await outputOf({ "main.js": looks("(function () { return seen; })") })).toBe("MODULE_NOT_FOUND");
    const later = `module.exports = () => { try { return [1].map(() => require('${name}')); } catch { return 'without'; } };`;
    expect(await outputOf({ ...vendored, "vendor/x.js": later })).toBe("without");
  },
);

test.each([
  "try {} catch { require('x'); } module.exports = () => 1;",
  "try { require('x'); } catch {} require('x'); module.exports = () => 1;",
  "const o = { try: { a: require('x') } }; module.exports = () => o;",
  "// try {\nrequire('x'); module.exports = () => 1;",
  "import x from 'x'; try { require('x'); } catch {} export default () => x;",
])("a module that a file needs outside try is refused: %s", async (text) => {
  const files = { "main.js": "import f from './vendor/x.js'; export default f;", "vendor/x.js": text };
  expect((await failure(() => programOf(files))).problems[0]?.message).toContain('package "x" is not in the task');
});
