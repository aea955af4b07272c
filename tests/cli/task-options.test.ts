/** What people write behind the path of a task: names with dots, places in lists, and mistakes. */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const SCHEMA = `{
  type: "object",
  required: ["count"],
  additionalProperties: false,
  properties: {
    count: { type: "integer" },
    loud: { type: "boolean", default: true },
    "a.b": { type: "string" },
    help: { type: "string" },
    points: { type: "array", items: { type: "object", properties: { x: { type: "integer" } } } },
    free: { type: "object" },
    place: { type: "object", properties: { lat: { type: "number" }, note: { type: "string" } } },
  },
}`;
const PROGRAM = `export const input = ${SCHEMA};\nexport default (input: unknown) => input;\n`;
writeFileSync(join(folder.path, "task.ts"), PROGRAM);
writeFileSync(join(folder.path, "my task.ts"), PROGRAM);
writeFileSync(join(folder.path, "open.ts"), "export default (input: unknown) => input;\n");

function run(args: readonly string[], stdin = "") {
  return ratchet(["run", ...args], { cwd: folder.path, stdin });
}

describe("options of a task", () => {
  test.each<[string[], object]>([
    [["--points.0.x", "5", "--points.1.x", "6"], { points: [{ x: 5 }, { x: 6 }] }],
    [["--a.b", "q"], { "a.b": "q" }],
    [["--a\\.b", "q"], { "a.b": "q" }],
    [["--free.any.thing", "1"], { free: { any: { thing: 1 } } }],
    [["--loud=FALSE"], { loud: false }],
    [["--help=me"], { help: "me" }],
  ])("%j reach their values", async (words, expected) => {
    const { exitCode, stdout, stderr } = await run(["task.ts", "--count", "1", ...words]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({ count: 1, loud: true, ...expected });
  });

  test.each<[string[], string]>([
    [["task.ts", "count=5"], "Write --count 5;"],
    [["task.ts", "--count", "5", "stray"], "Write --loud stray;"],
    [["task.ts", "place.note=a b"], "Write --place.note 'a b';"],
    [["task.ts", ""], "Write --count '';"],
    [["open.ts", "a=1"], "Write --a 1;"],
    [["open.ts", "-a", "1"], "Did you mean --a?"],
    [["task.ts", "--place.lta", "1"], "Did you mean --place.lat?"],
    [["task.ts", "--timeout", "5s"], "before the path: `ratchet run --timeout TIME task.ts`"],
    [["task.ts", "-q"], "before the path: `ratchet run -q task.ts`"],
    [["my task.ts", "--zz"], "`ratchet run 'my task.ts' --help`"],
    [["-i", "@", "task.ts"], "Write --input @FILE"],
    [["-s", "x=@base64:", "open.ts"], `--set 'x="@base64:"'`],
  ])("%j is told what to write", async (args, says) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(says);
  });

  test("are listed by --help whatever the task has a property for, and in a stream too", async () => {
    const help = await run(["task.ts", "--help"]);
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    expect(help.stdout).toContain("--no-loud switches it off.");
    expect(help.stdout).toContain("--a.b=<TEXT>");
    expect((await run(["--ndjson", "task.ts", "--help"])).stdout).toBe(help.stdout);
    expect((await run(["open.ts", "--help"])).stdout).toContain("ratchet run open.ts [--key value ...]\n\nTask open");
  });

  test("are blamed for an input only if it came from them", async () => {
    expect((await run(["task.ts"])).stderr).toContain("hint: Correct the options; `ratchet run task.ts --help`");
    expect((await run(["task.ts", "-"], "{}")).stderr).toContain("hint: Correct the input, or the schema.");
    expect((await run(["-i", "{}", "task.ts"])).stderr).toContain("hint: Correct the input, or the schema.");
  });

  test("a single file's schema is named as its export by every command", async () => {
    const says = "does not match its export `input`";
    expect((await run(["--ndjson", "task.ts"], "{}\n")).stdout).toContain(says);
    const once = await ratchet(["run-once", "--from-fs", "task.ts"], { cwd: folder.path });
    expect(once.stderr).toContain(says);
  });
});
