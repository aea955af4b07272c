import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { programOf, runProgram } from "./run-program.ts";
import { type Files, scratch } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** One module of a graph. */
interface Shape {
  imports: number[];
  /** How often it awaits something. */
  awaits: number;
  /** It throws after it has awaited. Node.js 20 crashes if a module throws while others of the graph wait. */
  throws: boolean;
  isCommonJs: boolean;
  exportsAll: boolean;
}

const COUNT = 7;
const shape: fc.Arbitrary<Shape> = fc.record({
  imports: fc.uniqueArray(fc.nat(COUNT - 1), { maxLength: 3 }),
  awaits: fc.oneof({ arbitrary: fc.constant(0), weight: 2 }, { arbitrary: fc.integer({ min: 1, max: 4 }), weight: 1 }),
  throws: fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 }),
  isCommonJs: fc.oneof({ arbitrary: fc.constant(false), weight: 6 }, { arbitrary: fc.constant(true), weight: 1 }),
  exportsAll: fc.boolean(),
});
const graphs = fc.array(shape, { minLength: COUNT, maxLength: COUNT });

function fileName({ isCommonJs }: Shape, index: number): string {
  return `m${index}.${isCommonJs ? "cjs" : "mjs"}`;
}

function moduleText(one: Shape, index: number, all: readonly Shape[]): string {
  const log = (what: string) => `log.push("${index} ${what}");`;
  if (one.isCommonJs) return log("common");
  const imports = one.imports.map((other) => {
    const name = JSON.stringify(`./${fileName(all[other] as Shape, other)}`);
    return one.exportsAll && all[other]?.isCommonJs === false ? `export * from ${name};` : `import ${name};`;
  });
  const awaits = Array.from({ length: one.awaits }, (_, at) => `await null;${log(`after ${at}`)}`);
  const fails = one.throws && one.awaits > 0 ? `throw new Error("${index}");` : "";
  return [...imports, log("starts"), ...awaits, fails, `export const v${index} = log.length;`].join("\n");
}

/** The entry tells what happened in which order, and how it ended. */
function filesOf(graph: readonly Shape[]): Files {
  const files: Record<string, string> = {};
  for (const [index, one] of graph.entries()) files[fileName(one, index)] = moduleText(one, index, graph);
  const first = JSON.stringify(`./${fileName(graph[0] as Shape, 0)}`);
  files["main.js"] = [
    "const log = (globalThis.log = []);",
    `let end = "ended"; try { await import(${first}); } catch (error) { end = String(error); }`,
    "log.push(end); for (let i = 0; i < 100; i++) await null;",
    "export default () => log;",
  ].join("\n");
  return files;
}

const node = Bun.which("node");

/** What Node.js does with each of the programs, in one process. */
function inNode(programs: readonly Files[]): unknown[] {
  using folder = scratch();
  for (const [index, files] of programs.entries()) {
    const named = Object.entries(files).map(([name, text]) => [
      `${index}/${name.replace("main.js", "main.mjs")}`,
      text,
    ]);
    folder.write(Object.fromEntries(named));
  }
  const imports = programs.map((_, index) => `all.push((await import("./${index}/main.mjs")).default());`);
  folder.write({
    "all.mjs": `process.on("unhandledRejection", () => {});\nconst all = [];\n${imports.join("\n")}\nconsole.log(JSON.stringify(all));`,
  });
  const { stdout, stderr } = Bun.spawnSync([node ?? "node", folder.path("all.mjs")]);
  expect(stderr.toString()).toBe("");
  return JSON.parse(stdout.toString());
}

describe("the order of evaluation", () => {
  test.skipIf(node === null)("is that of Node.js, in graphs of all kinds", async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    const programs = fc.sample(graphs, { numRuns: 25, seed }).map(filesOf);
    const expected = inNode(programs);
    for (const [index, files] of programs.entries()) {
      const result = await runProgram(executor, await programOf(files), null);
      expect({ seed, index, files, result }).toEqual({
        seed,
        index,
        files,
        result: { output: expected[index] as never },
      });
    }
  });
});
