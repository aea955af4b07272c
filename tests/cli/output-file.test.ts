import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });
const fail = makeTask(folder.path, { label: "fail", main: '(function () { throw new Error("no"); })' });
const place = join(folder.path, "place");
const target = join(place, "result.json");

beforeEach(() => {
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place);
});

function run(task: string, output: string) {
  return ratchet(["run-once", "--from-fs", task, "--set", "n=1", "--output", output]);
}

describe("--output", () => {
  test("holds the result, and stdout nothing", async () => {
    expect(await run(echo, target)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(target, "utf8")).toBe('{"n":1}\n');
    expect(readdirSync(place)).toEqual(["result.json"]);
  });

  test("replaces a file, and leaves its permissions as they are", async () => {
    writeFileSync(target, "a much longer content than the new one");
    chmodSync(target, 0o640);
    await run(echo, target);
    expect(readFileSync(target, "utf8")).toBe('{"n":1}\n');
    expect(statSync(target).mode & 0o777).toBe(0o640);
  });

  test("goes through a link to the file behind it", async () => {
    const real = join(place, "real.json");
    writeFileSync(real, "old");
    symlinkSync("real.json", target);
    await run(echo, target);
    expect(lstatSync(target).isSymbolicLink()).toBe(true);
    expect(readFileSync(real, "utf8")).toBe('{"n":1}\n');
  });

  test("is untouched when the task fails", async () => {
    writeFileSync(target, "old");
    expect(await run(fail, target)).toMatchObject({ exitCode: 1, stdout: "" });
    expect(readFileSync(target, "utf8")).toBe("old");
    expect(readdirSync(place)).toEqual(["result.json"]);
    rmSync(target);
    await run(fail, target);
    expect(readdirSync(place)).toEqual([]);
  });

  test("may be no plain file", async () => {
    expect(await run(echo, "/dev/null")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
    const piped = await shell(`$RATCHET run-once --from-fs '${echo}' --output /dev/stdout | cat`);
    expect(piped.stdout).toBe("{}\n");
    expect((await run(echo, "-")).stdout).toBe('{"n":1}\n');
    const { stdout } = await shell(
      `mkfifo '${place}/pipe'; cat '${place}/pipe' & $RATCHET run-once --from-fs '${echo}' --output '${place}/pipe'; wait`,
    );
    expect(stdout).toBe("{}\n");
  });

  test("in the current folder needs no path", async () => {
    await ratchet(["run-once", "--from-fs", echo, "--output", "here.json"], { cwd: place });
    expect(readFileSync(join(place, "here.json"), "utf8")).toBe("{}\n");
  });

  test.each([
    ["a folder that does not exist", () => join(place, "no", "file"), "no such file or folder"],
    ["a folder", () => place, "it is a folder"],
    ["a file taken for a folder", () => join(echo, "main.js", "file"), "a part of the path is not a folder"],
    ["a name that is too long", () => join(place, "x".repeat(300)), "the name is too long"],
  ])("that is %s ends with 6 before the task runs", async (_, path, reason) => {
    const log = makeTask(folder.path, { label: "log", main: '(function () { console.log("ran"); return 1; })' });
    const { exitCode, stdout, stderr } = await run(log, path());
    expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: "" });
    expect(stderr).toStartWith(`error: ${path()} cannot be written: ${reason}.\nhint: `);
    expect(stderr).not.toContain("ran");
  });

  test("that a full disk does not take ends with 6 and leaves what was there", async () => {
    const large = makeTask(folder.path, { label: "large", main: '(function () { return "x".repeat(3000000); })' });
    writeFileSync(target, "old");
    const { exitCode, stderr } = await shell(
      `ulimit -f 1024; trap '' XFSZ; exec $RATCHET run-once --from-fs '${large}' --output '${target}'`,
    );
    expect(exitCode).toBe(6);
    expect(stderr).toContain("cannot be written");
    expect(readFileSync(target, "utf8")).toBe("old");
    expect(readdirSync(place)).toEqual(["result.json"]);
    expect(existsSync(target)).toBe(true);
  });
});
