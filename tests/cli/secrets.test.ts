import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { readEnvFile } from "../../src/cli/commands/run-once/env-file.ts";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = makeTask(folder.path, {
  label: "report",
  main: "(function (input, { secrets }) { return secrets; })",
  metadata: { permissions: { secrets: ["API_KEY", "TOKEN"] } },
});
const file = (name: string, text: string) => {
  writeFileSync(join(folder.path, name), text);
  return join(folder.path, name);
};
const key = file("key.txt", "from file\n");
const env = file("all.env", "# secrets\nexport API_KEY='in # quotes'\nTOKEN=bare # note\nOTHER=1\n");

function run(args: string[], env: Record<string, string> = {}, stdin?: string) {
  return ratchet(["run", ...args, task], { env, ...(stdin === undefined ? {} : { stdin }) });
}

describe("the secrets that a task declares", () => {
  test("come from --secret, else the file, else the environment", async () => {
    const variables = { RATCHET_SECRET_API_KEY: "from variable", RATCHET_SECRET_TOKEN: "t", RATCHET_SECRET_MORE: "no" };
    expect(await run([], variables)).toEqual({
      exitCode: 0,
      stdout: '{"API_KEY":"from variable","TOKEN":"t"}\n',
      stderr: "",
    });
    expect((await run(["--env-file", env], variables)).stdout).toBe('{"API_KEY":"in # quotes","TOKEN":"bare"}\n');
    const all = await run(["--secret", `API_KEY=@${key}`, "--env-file", env], variables);
    expect(all.stdout).toBe('{"API_KEY":"from file","TOKEN":"bare"}\n');
    const piped = await run(["--secret", "API_KEY=@-"], variables, "piped\n");
    expect(piped.stdout).toBe('{"API_KEY":"piped","TOKEN":"t"}\n');
  });

  test("reach run-once and each line of a stream", async () => {
    const once = ["run-once", "--from-fs", task, "--env-file", env];
    const expected = '{"API_KEY":"in # quotes","TOKEN":"bare"}\n';
    expect((await ratchet(once)).stdout).toBe(expected);
    expect((await ratchet([...once, "--ndjson"], { stdin: "{}\n{}\n" })).stdout).toBe(expected + expected);
  });

  test("without a value fail the run, by name", async () => {
    for (const args of [
      ["--secret", `API_KEY=@${key}`],
      ["--dry-run", "--secret", `API_KEY=@${key}`],
    ]) {
      const { exitCode, stdout, stderr } = await run(args);
      expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
      expect(stderr).toContain('The secret TOKEN has no value, and the task "report" needs it.');
      expect(stderr).toContain("RATCHET_SECRET_TOKEN");
      expect(stderr).not.toContain("from file");
    }
  });

  test("count as missing if they are empty", async () => {
    const empty = await run(["--env-file", file("empty.env", "API_KEY=\nRATCHET_SECRET_API_KEY=x\n")], {
      RATCHET_SECRET_TOKEN: "",
    });
    expect(empty).toMatchObject({ exitCode: 3, stdout: "" });
    expect(empty.stderr).toContain('The secrets API_KEY, TOKEN have no value, and the task "report" needs them.');
    expect(empty.stderr).toContain("In an env file the name is API_KEY alone.");
  });

  test("are never taken from the command line itself, and no others are", async () => {
    const visible = await run(["--secret", "API_KEY=hunter2"]);
    expect(visible).toMatchObject({ exitCode: 2, stdout: "" });
    expect(visible.stderr).toContain("--secret API_KEY=@FILE");
    expect(visible.stderr).not.toContain("hunter2");
    const unknown = await run(["--secret", `API_KYE=@${key}`]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "" });
    expect(unknown.stderr).toContain("Did you mean API_KEY?");
    const twice = await run(["--secret", "API_KEY=@-", "--secret", "TOKEN=@-"]);
    expect(twice).toMatchObject({ exitCode: 2, stdout: "" });
  });

  test("are declared by names", async () => {
    const bad = makeTask(folder.path, {
      label: "bad",
      main: "() => 1",
      metadata: { permissions: { secrets: ["OK", "not-ok"] } },
    });
    const { exitCode, stdout } = await ratchet(["validate", bad]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain('Permission secrets: "not-ok" is not a name of a secret.');
  });
});

describe("an --env-file", () => {
  test.each([
    ["A=1", { A: "1" }],
    ["A = 1 ", { A: "1" }],
    ["A=", { A: "" }],
    ['A="x\\ny\\"z"', { A: 'x\ny"z' }],
    ["A='x\\n' # why", { A: "x\\n" }],
    ["A=x#y", { A: "x#y" }],
    ["A=1\r\nA=2\r\n", { A: "2" }],
    ["A=$B", { A: "$B" }],
    ["A= # nothing", { A: "" }],
    ["A=#1", { A: "#1" }],
    ["A=b=c==", { A: "b=c==" }],
    ["a.b-c=1\nA=2", { "a.b-c": "1", A: "2" }],
    ['A="-----BEGIN\r\nkey\n-----END" # a file\nB=1', { A: "-----BEGIN\nkey\n-----END", B: "1" }],
    ["A='one\n# two'\n\nB=\"a\\\\\"", { A: "one\n# two", B: "a\\" }],
  ])("%j", (text, expected) => {
    expect(Object.fromEntries(readEnvFile(text, "f"))).toEqual(expected);
  });

  test.each([
    ["A", "the line is not NAME=value"],
    ["=1", "the line is not NAME=value"],
    ["1A=2", "the line is not NAME=value"],
    ["A='x\nB=2\n", "a quote is not closed"],
    ['A="x\\"', "a quote is not closed"],
    ['A="x" y', "there is something behind the closing quote"],
  ])("%j is refused with its line", (line, why) => {
    expect(() => readEnvFile(`# first\nB='\n'\n${line}`, "f")).toThrow(`f:4: ${why}.`);
  });

  test("gives back every text in double quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.boolean(), (value, inLines) => {
        const escaped = value.replace(/[\\"]/g, "\\$&").replaceAll("\r", "\\r");
        const written = inLines ? escaped : escaped.replaceAll("\n", "\\n");
        expect(readEnvFile(`A="${written}"\nB=1`, "f")).toEqual(
          new Map([
            ["A", value],
            ["B", "1"],
          ]),
        );
      }),
    );
  });
});
