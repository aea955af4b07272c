import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });

describe("an argument that is not UTF-8", () => {
  test.skipIf(process.platform !== "linux").each([
    ["$'\\xff'", 1],
    [`run-once --from-fs ${echo} --set $'a=\\xfe'`, 5],
    [`run-once --from-fs $'${folder.path}/\\xc3'`, 3],
  ])("is wrong usage: %s", async (command, place) => {
    const { exitCode, stdout, stderr } = await shell(`"$RATCHET" ${command}`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toStartWith(`error: Argument ${place} is not UTF-8 text: `);
  });

  test("is not the replacement character itself", async () => {
    expect(await ratchet(["run-once", "--from-fs", echo, "--set", "a=\ufffd"])).toEqual({
      exitCode: 0,
      stdout: '{"a":"\ufffd"}\n',
      stderr: "",
    });
  });
});

describe("an empty path", () => {
  test.each(
    [
      ["run-once", "--from-fs", ""],
      ["run-once", "--from-fs", echo, "--input-file", ""],
      ["run-once", "--from-fs", echo, "--output", ""],
      ["run-once", "--from-fs", echo, "--record="],
      ["run-once", "--from-fs", echo, "--config", ""],
      ["test", "--from-fs", ""],
      ["validate", "--from-fs", ""],
      ["replay", "--from-fs", echo, "--recording", ""],
      ["generate", "task", "--path", "", "--label", "a", "--description", "b", "--version", "1.0.0"],
      ["db", "backup", ""],
      ["repo", "init", ""],
      ["config", "validate", ""],
    ].map((args) => [args]),
  )("is wrong usage: %p", async (args) => {
    const { exitCode, stdout, stderr } = await ratchet(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(/^error: [a-z -]+: [-a-zA-Z]+: the path is empty\.\nhint: /);
  });

  test("of --set is wrong usage, too", async () => {
    const { exitCode, stderr } = await ratchet(["run-once", "--from-fs", echo, "--set", "a=@"]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("--set a=@ does not name a file"),
    });
  });
});

describe("standard input", () => {
  test.each([
    [["--set", "a=@-", "--set", "b=@-"], "--set a=@-, --set b=@-"],
    [["--input-file", "-", "--set", "b=@-"], "--input-file -, --set b=@-"],
  ])("can be asked for once: %p", async (options, named) => {
    const { exitCode, stderr } = await ratchet(["run-once", "--from-fs", echo, ...options], { stdin: "{}" });
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining(`standard input is asked for 2 times: ${named}.`),
    });
  });

  test("serves one --set", async () => {
    expect((await ratchet(["run-once", "--from-fs", echo, "--set", "a=@-"], { stdin: "5" })).stdout).toBe('{"a":5}\n');
  });
});

describe("a failed system call", () => {
  const file = join(folder.path, "plain.txt");
  writeFileSync(file, "");

  test.each(
    [
      ["generate", "task", "--path", `${file}/x`, "--label", "a", "--description", "b", "--version", "1.0.0"],
      ["run-once", "--from-fs", echo, "--input-file", `${file}/x`],
      ["run-once", "--from-fs", echo, "--output", `${file}/x`],
      ["run-once", "--from-fs", echo, "--record", `${file}/x`],
      ["run-once", "--from-fs", `${file}/x`],
      ["replay", "--from-fs", echo, "--recording", `${file}/x`],
      ["db", "backup", `${file}/x`, "--database", `sqlite:${file}/y`],
      ["repo", "init", `${file}/x`],
    ].map((args) => [args]),
  )("is told in words: %p", async (args) => {
    const { exitCode, stderr } = await ratchet(args);
    expect([3, 6]).toContain(exitCode);
    expect(stderr).not.toMatch(/\bE[A-Z]{3,}\b/);
  });
});
