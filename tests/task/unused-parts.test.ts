import { afterAll, describe, expect, test } from "bun:test";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { programOf, runProgram } from "./run-program.ts";
import type { Files } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

const PACK = "node_modules/pack";
const note = (name: string) => `(globalThis.loaded ??= []).push(${JSON.stringify(name)});`;
/** A package whose modules note that they are evaluated. */
const pack = (sideEffects: unknown): Files => ({
  [`${PACK}/package.json`]: JSON.stringify({ name: "pack", version: "1.0.0", main: "index.js", sideEffects }),
  [`${PACK}/index.js`]:
    '/* all */ export * from "./inner/index.js";\nexport { default as one, two as deux } from "./one.js";\nexport * from \'./rest.js\'; // the rest',
  [`${PACK}/inner/index.js`]: 'export * from "./three.js";export { four } from "./four.js"',
  [`${PACK}/inner/three.js`]: `${note("three")} export const three = 3;`,
  [`${PACK}/inner/four.js`]: `${note("four")} export function four() { return 4; }`,
  [`${PACK}/one.js`]: `${note("one")} export default 1; export const two = 2;`,
  [`${PACK}/rest.js`]: `${note("rest")} export const rest = "rest"; export default "never passed on";`,
});

async function outputOf(files: Files, main: string): Promise<unknown> {
  const name = "main.ts" in files ? {} : { "main.js": main };
  const result = await runProgram(executor, await programOf({ ...name, ...files }), null);
  return "output" in result ? result.output : result.error.message;
}

const using = (names: string, value: string) =>
  `import { ${names} } from "pack"; export default () => [${value}, globalThis.loaded];`;
const EVERYTHING = ["three", "four", "one", "rest"];

describe("of a package without side effects", () => {
  test.each<[string, string, string, unknown]>([
    ["a name in a nested list", "three", "three", [3, ["three"]]],
    ["a renamed default export", "one as uno", "uno", [1, ["one"]]],
    ["a renamed export", "deux", "deux", [2, ["one"]]],
    [
      "several, in the order of the package",
      "rest, four, one,",
      "rest + four() + one",
      ["rest41", ["four", "one", "rest"]],
    ],
  ])("only what is imported is evaluated: %s", async (_, names, value, output) => {
    expect(await outputOf(pack(false), using(names, value))).toEqual(output);
  });

  test("the imports of all files count", async () => {
    const files = { ...pack(false), "other.js": 'export { deux } from "pack"; export { rest } from "pack";' };
    const main =
      'import { deux, rest } from "./other.js"; import { deux as same } from "pack"; export default () => [deux === same, rest, globalThis.loaded];';
    expect(await outputOf(files, main)).toEqual([true, "rest", ["one", "rest"]]);
  });

  test("a program in TypeScript imports types besides", async () => {
    const main =
      'import { type Three, three } from "pack"; export default () => [three as Three, (globalThis as any).loaded];';
    expect(await outputOf({ ...pack(false), "main.ts": main }, "")).toEqual([3, ["three"]]);
  });

  test.each<[string, string]>([
    ["all names", 'import * as all from "pack"; export default () => [all.three, globalThis.loaded];'],
    [
      "all names besides",
      'import { three } from "pack"; import * as all from "pack"; export default () => [all.three, globalThis.loaded];',
    ],
    [
      "all names by an escaped name",
      'import { three } from "pack"; import * as all from "p\\u0061ck"; export default () => [all.three, globalThis.loaded];',
    ],
    [
      "it dynamically besides",
      'import { three } from "pack"; export default async () => [(await import("pack")).three, globalThis.loaded];',
    ],
    [
      "it by require besides",
      'import { three } from "pack"; export default () => [require("pack").three, globalThis.loaded];',
    ],
  ])("everything is evaluated when a file imports %s", async (_, main) => {
    const [three, loaded] = (await outputOf(pack(false), main)) as [number, string[]];
    expect(three).toBe(3);
    expect(loaded.toSorted()).toEqual(EVERYTHING.toSorted());
  });

  test("everything is evaluated when the module does something itself", async () => {
    const files = pack(false);
    const index = `${files[`${PACK}/index.js`]}\n${note("index")}`;
    expect(await outputOf({ ...files, [`${PACK}/index.js`]: index }, using("three", "three"))).toEqual([
      3,
      [...EVERYTHING, "index"],
    ]);
  });

  test("a name that two modules export is ambiguous", async () => {
    const twice = { ...pack(false), [`${PACK}/rest.js`]: "export const three = 33;" };
    await expect(outputOf(twice, using("three", "three"))).rejects.toThrow(
      'Ambiguous import "three" has multiple matching exports',
    );
  });

  test("a name that it does not export is reported in the file that imports it", async () => {
    await expect(outputOf(pack(false), using("nothing", "nothing"))).rejects.toThrow(
      'node_modules/pack/index.js has no export named "nothing"',
    );
  });

  test("modules of it that list each other are read once", async () => {
    const circular = { ...pack(false), [`${PACK}/rest.js`]: 'export * from "./index.js";' };
    expect(await outputOf(circular, using("three", "three"))).toEqual([3, ["three", "four", "one"]]);
  });
});

test.each([[true], [undefined], [["./rest.js"]], ["false"]])(
  "everything of a package is evaluated when its sideEffects is %p",
  async (sideEffects) => {
    expect(await outputOf(pack(sideEffects), using("three", "three"))).toEqual([3, EVERYTHING]);
  },
);
