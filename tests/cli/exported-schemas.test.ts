import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const MAIN = "\nexport default () => 1;\n";

/** Files whose exports are wrong, the place of the first problem and what is said about it. */
const FILES: readonly [name: string, text: string, place: string, message: string][] = [
  ["number.js", "export const input = 5;", "1:22", "A schema must be an object, true or false."],
  [
    "type.ts",
    'const kind = "strin" as const;\nexport const input = {\n  type: "object", properties: { a: { type: kind } } };',
    "1:14",
    '"type" must be one or several of',
  ],
  ["pattern.js", 'export const output = { type: "string",\n  pattern: "(" };', "2:12", 'The pattern "(" is not'],
  ["reference.js", 'export const input = { $ref: "#/$defs/none" };', "1:30", 'The reference "#/$defs/none" points to'],
  ["computed.ts", "export const input = makeSchema();", "1:22", "The export `input` is not a constant"],
  ["awaited.ts", "\nexport const output = await load();", "2:23", "The export `output` is not a constant"],
  ["inside.js", "export const input = { type: await kind() };", "1:30", "The export `input` is not a constant"],
  ["variable.ts", 'export let input = { type: "object" };', "1:12", "The export `input` is not a constant"],
  ["elsewhere.ts", 'export { input } from "./number.js";', "1:10", "The export `input` is not a constant"],
  ["metadata.js", "export const meta = { label: 7 };", "1:30", 'The field "label" is a number'],
];
for (const [name, text] of FILES) writeFileSync(join(folder.path, name), text + MAIN);
writeFileSync(join(folder.path, "fine.js"), `export const input = true;${MAIN}`);

async function run(...words: string[]) {
  const { exitCode, stdout, stderr } = await ratchet(words, { cwd: folder.path });
  return { exitCode, all: stdout + stderr };
}

describe("a single file with a wrong export", () => {
  test("is reported with the place and the problem, each of many", async () => {
    const { exitCode, all } = await run("validate", ...FILES.map(([name]) => name), "fine.js");
    expect(exitCode).toBe(3);
    for (const [name, , place, message] of FILES) expect(all).toContain(`${name}:${place}: ${message}`);
    expect(all.match(/hint: /g)).toHaveLength(FILES.length);
  });

  // One of each kind: not a schema, and not a constant.
  test.each(FILES.filter(([name]) => ["type.ts", "awaited.ts"].includes(name)))(
    "is reported by every command: %s",
    async (name, _text, place, message) => {
      for (const words of [
        ["run", name],
        ["run-once", "--from-fs", name],
        ["validate", name],
        ["validate", name, "fine.js"],
        ["test", name],
        ["test", name, "fine.js"],
        ["pack", name, "-o", "out.zip"],
      ]) {
        const { exitCode, all } = await run(...words);
        expect({ words, exitCode, all }).toEqual({
          words,
          exitCode: 3,
          all: expect.stringContaining(`${name}:${place}: ${message}`),
        });
        expect({ words, all }).toEqual({ words, all: expect.stringContaining("hint: ") });
      }
    },
  );

  test("is called invalid by validate, and counted as a task", async () => {
    expect((await run("validate", "computed.ts")).all).toMatch(
      /^invalid +computed\.ts\n {2}computed\.ts:1:22: [\s\S]*\n1 task, 1 error, 0 warnings\n$/,
    );
    expect((await run("pack", "computed.ts", "-o", "out.zip")).all).toContain(
      "computed.ts is not packed: 1 error was found.",
    );
  });

  test("says that its value can't be known before it runs, and runs nothing to know it", async () => {
    const text = 'export const input = await (await fetch("http://127.0.0.1:1/schema")).json();';
    writeFileSync(join(folder.path, "network.ts"), text + MAIN);
    const { exitCode, all } = await run("validate", "network.ts");
    expect(exitCode).toBe(3);
    expect(all).toContain(
      "network.ts:1:22: The export `input` is not a constant: what stands here is known only when the program runs.",
    );
    expect(all).not.toContain("NetworkError");
  });

  test("may await anything else", async () => {
    writeFileSync(
      join(folder.path, "other.ts"),
      'const x: number = await 3;\nexport const input = { type: "object" };\nexport default (): number => x;',
    );
    expect(await run("validate", "other.ts")).toMatchObject({ exitCode: 0 });
    expect(await run("run", "other.ts")).toEqual({ exitCode: 0, all: "3\n" });
  });
});
