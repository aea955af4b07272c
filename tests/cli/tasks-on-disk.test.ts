import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

describe("ratchet validate", () => {
  test("ends with 0 for a valid task", async () => {
    expect(await ratchet(["validate", "--from-fs", "tasks/addition"])).toEqual({
      exitCode: 0,
      stdout: "valid    tasks/addition (addition 1.0.0)\n",
      stderr: "",
    });
  });

  test("exits with 3 and reports all problems of a collection at once, with place and remedy", async () => {
    const tasks = join(folder.path, "tasks");
    cpSync("tasks/addition", join(tasks, "addition"), { recursive: true });
    cpSync("tests/samples/broken", join(tasks, "broken"), { recursive: true });
    const { exitCode, stdout, stderr } = await ratchet(["validate", "tasks"], { cwd: folder.path });
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    expect(stdout).toContain("valid    tasks/addition (addition 1.0.0)\n");
    expect(stdout).toContain("invalid  tasks/broken\n");
    const places = stdout.match(/^ {2}tasks\/broken\/\S+:\d+:\d+: .+\n {4}hint: .+$/gm) ?? [];
    expect(places.length).toBeGreaterThan(5);
    expect(stdout).toMatch(/\d+ tasks, \d+ errors, \d+ warnings\n$/);
  });

  test("gives the same as JSON", async () => {
    const { exitCode, stdout, stderr } = await ratchet(["validate", "--from-fs", "tests/samples/broken", "--json"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    const report = JSON.parse(stdout);
    expect(report.valid).toBe(false);
    expect(report.tasks).toEqual([{ origin: "tests/samples/broken", valid: false }]);
    for (const problem of report.problems) {
      expect(problem).toMatchObject({
        severity: expect.any(String),
        file: expect.any(String),
        message: expect.any(String),
        remedy: expect.any(String),
      });
    }
    const valid = JSON.parse((await ratchet(["validate", "--from-fs", "tasks/addition", "--json"])).stdout);
    expect(valid).toMatchObject({
      valid: true,
      tasks: [{ label: "addition", version: "1.0.0", valid: true }],
      problems: [],
    });
  });

  test("warnings alone leave a task valid, and run-once says them on stderr", async () => {
    const task = makeTask(folder.path, {
      label: "warned",
      main: "(function () { return 1; })",
      metadata: { descripton: "" },
    });
    const validated = await ratchet(["validate", "--from-fs", task]);
    expect(validated).toMatchObject({ exitCode: 0, stderr: "" });
    expect(validated.stdout).toContain('warning: Unknown field "descripton"');
    const run = await ratchet(["run-once", "--from-fs", task]);
    expect(run).toMatchObject({ exitCode: 0, stdout: "1\n" });
    expect(run.stderr).toContain('warning: Unknown field "descripton"');
    expect((await ratchet(["run-once", "--from-fs", task, "--log-level", "error"])).stderr).toBe("");
  });

  test("of nothing ends with 3", async () => {
    expect(await ratchet(["validate", "--from-fs", "/no/such/task"])).toMatchObject({ exitCode: 3, stdout: "" });
  });
});

describe("ratchet generate task", () => {
  test.each(["basic", "http", "typescript", "oauth"])(
    "%s: what it makes passes validate and test",
    async (template) => {
      const path = join(folder.path, `made-${template}`);
      const made = await ratchet(["generate", "task", "--path", path, "--template", template]);
      expect(made).toMatchObject({ exitCode: 0, stderr: "" });
      expect(made.stdout).toContain(`${path}/metadata.json\n`);
      expect(made.stdout).toEndWith(`Next:\n  ratchet run ${path} --help\n  ratchet test ${path}\n`);
      expect(await ratchet(["validate", "--from-fs", path])).toMatchObject({ exitCode: 0, stderr: "" });
      const tested = await ratchet(["test", "--from-fs", path]);
      expect(tested).toMatchObject({ exitCode: 0, stderr: "" });
      expect(tested.stdout).toMatch(/^[1-9]\d* passed, 0 failed/m);
    },
  );

  test("takes label, description and version, and answers in JSON when asked", async () => {
    const path = join(folder.path, "named");
    const args = ["--label", "a name", "--description", "It does.", "--version", "2.0.0-rc.1", "--json"];
    const { stdout } = await ratchet(["generate", "task", "--path", path, ...args]);
    const made = JSON.parse(stdout);
    expect(made).toMatchObject({ path, label: "a name", version: "2.0.0-rc.1", template: "basic" });
    expect(JSON.parse(readFileSync(join(path, "metadata.json"), "utf8"))).toMatchObject({
      uuid: made.uuid,
      label: "a name",
      description: "It does.",
      version: "2.0.0-rc.1",
    });
  });

  test("never overwrites, and reports what is wrong", async () => {
    const path = join(folder.path, "made-basic");
    const before = readdirSync(path);
    const again = await ratchet(["generate", "task", "--path", path]);
    expect(again).toMatchObject({ exitCode: 2, stdout: "" });
    expect(again.stderr).toContain("already exists; nothing was changed.");
    expect(readdirSync(path)).toEqual(before);
    const other = join(folder.path, "never");
    for (const args of [
      ["--version", "1"],
      ["--template", "basci"],
      ["--label", ""],
    ]) {
      expect(await ratchet(["generate", "task", "--path", other, ...args])).toMatchObject({ exitCode: 2, stdout: "" });
    }
    expect(existsSync(other)).toBe(false);
  });
});

describe("ratchet schema", () => {
  test.each(["task-metadata", "task-test"])("%s is what docs/schemas holds", async (name) => {
    const { exitCode, stdout, stderr } = await ratchet(["schema", name]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toEqual(
      await Bun.file(join(import.meta.dir, `../../docs/schemas/${name}.schema.json`)).json(),
    );
  });
});

describe("ratchet replay", () => {
  const clock = makeTask(folder.path, {
    label: "clock",
    main: "(function (input) { return { now: Date.now(), random: Math.random(), n: input.n }; })",
  });
  const recordings = join(folder.path, "recordings");

  async function record(...args: string[]): Promise<string> {
    const before = existsSync(recordings) ? readdirSync(recordings) : [];
    const run = await ratchet(["run-once", "--from-fs", clock, "--record", recordings, ...args]);
    const [made] = readdirSync(recordings).filter((name) => !before.includes(name));
    const session = join(recordings, made ?? "");
    expect(run).toMatchObject({ exitCode: 0, stderr: `Recorded in ${session}.\n` });
    return session;
  }

  test("ends with 0 when the task does the same again, clock and randomness included", async () => {
    const session = await record("--set", "n=1");
    expect(await ratchet(["replay", "--from-fs", clock, "--recording", session])).toEqual({
      exitCode: 0,
      stdout: `equal  ${session}\n`,
      stderr: "",
    });
    const json = await ratchet(["replay", "--from-fs", clock, "--recording", session, "--json"]);
    expect(JSON.parse(json.stdout)).toEqual({ equal: true, differences: [], recording: session, taskChanged: false });
  });

  test("ends with 1 and shows how it differs when the task was changed", async () => {
    const session = await record("--set", "n=1");
    const main = join(clock, "main.js");
    const source = readFileSync(main, "utf8");
    writeFileSync(main, source.replace("n: input.n", "n: input.n + 1"));
    const changed = await ratchet(["replay", "--from-fs", clock, "--recording", session]);
    writeFileSync(main, source);
    expect(changed).toEqual({
      exitCode: 1,
      stdout: `different  ${session} The task has changed since it was recorded.\n  output /n: expected 1, got 2\n`,
      stderr: "",
    });
  });

  test("two recordings in one second get two folders", async () => {
    expect(await record()).not.toBe(await record());
  });

  test("a failed run is recorded too", async () => {
    const fail = makeTask(folder.path, { label: "fail", main: '(function () { throw new DataError("odd"); })' });
    const into = join(folder.path, "failures");
    const run = await ratchet(["run-once", "--from-fs", fail, "--record", into]);
    expect(run).toMatchObject({ exitCode: 1, stdout: "" });
    const session = join(into, readdirSync(into)[0] ?? "");
    expect(existsSync(join(session, "error.json"))).toBe(true);
    expect(await ratchet(["replay", "--from-fs", fail, "--recording", session])).toMatchObject({ exitCode: 0 });
  });

  test("another task, no recording, or a folder that cannot hold one is an error", async () => {
    const session = await record();
    const other = await ratchet(["replay", "--from-fs", "tasks/addition", "--recording", session]);
    expect(other).toMatchObject({ exitCode: 3, stdout: "" });
    expect(other.stderr).toContain('is a recording of the task "clock"');
    expect(await ratchet(["replay", "--from-fs", clock, "--recording", folder.path])).toMatchObject({ exitCode: 3 });
    const log = makeTask(folder.path, { label: "log", main: '(function () { console.log("ran"); })' });
    const run = await ratchet(["run-once", "--from-fs", log, "--record", join(clock, "main.js")]);
    expect(run).toMatchObject({ exitCode: 6, stdout: "" });
    expect(run.stderr).not.toContain("ran");
  });
});
