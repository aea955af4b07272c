import { afterAll, describe, expect, test } from "bun:test";
import { makeTask } from "../support/made-task.ts";
import { RATCHET, REPOSITORY, ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const ESCAPE = "\u001b[";

/** Runs the executable on a terminal of its own and gives what that shows. */
async function onTerminal(args: string[], env: Record<string, string> = {}): Promise<string> {
  let shown = "";
  const decoder = new TextDecoder();
  const child = Bun.spawn([RATCHET, ...args], {
    cwd: REPOSITORY,
    env: { PATH: process.env.PATH ?? "", TERM: "xterm-256color", ...env },
    terminal: {
      cols: 100,
      rows: 30,
      data: (_terminal, data) => {
        shown += decoder.decode(data, { stream: true });
      },
    },
  });
  await child.exited;
  child.terminal?.close();
  return shown.replaceAll("\r\n", "\n");
}

describe("colour", () => {
  const wrong = ["run-onc"];

  test("is not in pipes, unless FORCE_COLOR wants it", async () => {
    expect((await ratchet(wrong)).stderr).not.toContain(ESCAPE);
    expect((await ratchet(wrong, { env: { FORCE_COLOR: "1" } })).stderr).toContain(`${ESCAPE}31merror:${ESCAPE}39m`);
    expect((await ratchet(wrong, { env: { FORCE_COLOR: "0" } })).stderr).not.toContain(ESCAPE);
    expect((await ratchet(["--help"], { env: { FORCE_COLOR: "1" } })).stdout).toContain(ESCAPE);
  });

  test("is on a terminal, unless NO_COLOR or TERM=dumb forbid it", async () => {
    expect(await onTerminal(wrong)).toContain(`${ESCAPE}31merror:${ESCAPE}39m unknown command`);
    expect(await onTerminal(wrong, { NO_COLOR: "1" })).not.toContain(ESCAPE);
    expect(await onTerminal(wrong, { NO_COLOR: "1", FORCE_COLOR: "1" })).not.toContain(ESCAPE);
    expect(await onTerminal(wrong, { NO_COLOR: "" })).toContain(ESCAPE);
    expect(await onTerminal(wrong, { TERM: "dumb" })).not.toContain(ESCAPE);
  });

  test("is in no result and in no JSON", async () => {
    const env = { FORCE_COLOR: "1" };
    expect(
      (await ratchet(["run-once", "--from-fs", "tasks/addition", "--set", "num1=1", "--set", "num2=2"], { env }))
        .stdout,
    ).toBe('{"sum":3}\n');
    expect((await ratchet([...wrong, "--error-format", "json"], { env })).stderr).not.toContain(ESCAPE);
    expect((await ratchet(["validate", "--from-fs", "tasks/addition", "--json"], { env })).stdout).not.toContain(
      ESCAPE,
    );
  });
});

describe("on a terminal", () => {
  test("a stream shows its progress and takes it away again", async () => {
    const wait = makeTask(folder.path, {
      label: "wait",
      main: "(async function () { await new Promise((done) => setTimeout(done, 150)); return 1; })",
    });
    const input = `${folder.path}/in.ndjson`;
    await Bun.write(input, "1\n".repeat(4));
    const shown = await onTerminal([
      "run-once",
      "--from-fs",
      wait,
      "--ndjson",
      "--input-file",
      input,
      "--concurrency",
      "1",
      "--output",
      "/dev/null",
    ]);
    expect(shown).toMatch(/\d lines, [\d.]+ a second, \d+ %, \d+s left/);
    expect(shown).toEndWith(`\r${ESCAPE}K`);
  });

  test("no progress is mixed with results, or shown where lines can't be erased", async () => {
    const wait = makeTask(folder.path, {
      label: "wait-longer",
      main: "(async function (n) { await new Promise((done) => setTimeout(done, 150)); return n; })",
    });
    const input = `${folder.path}/few.ndjson`;
    await Bun.write(input, "1\n2\n3\n4\n");
    const args = ["run", "--ndjson", "--input-file", input, "--concurrency", "1"];
    expect(await onTerminal([...args, wait])).toBe("1\n2\n3\n4\n");
    expect(await onTerminal([...args, "-o", "/dev/null", wait], { TERM: "dumb" })).toBe("");
  });

  test("results can't send it commands, and their values stay the same", async () => {
    const value = "\u001b[31m\u009b2J\u202e";
    const task = makeTask(folder.path, { label: "sends", main: `() => (${JSON.stringify({ [value]: value })})` });
    const input = `${folder.path}/one.ndjson`;
    await Bun.write(input, "1\n");
    for (const args of [
      ["run", task],
      ["run", "--pretty", task],
      ["run", "--ndjson", "--input-file", input, task],
    ]) {
      const shown = await onTerminal(args, { TERM: "dumb" });
      for (const character of ["\u001b", "\u009b", "\u202e"]) expect(shown).not.toContain(character);
      expect(JSON.parse(shown)).toEqual({ [value]: value });
    }
  });

  test("a dry run and a recording report their results on a terminal, and are silent in a pipe", async () => {
    const dry = ["run-once", "--from-fs", "tasks/addition", "--dry-run", "--set", "num1=1", "--set", "num2=1"];
    expect(await onTerminal(dry)).toBe("The task is ready to run with this input; nothing was run.\n");
    expect(await ratchet(dry)).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    const record = [
      "run-once",
      "--from-fs",
      "tasks/addition",
      "--set",
      "num1=1",
      "--set",
      "num2=1",
      "--record",
      folder.path,
    ];
    expect(await onTerminal(record)).toMatch(/^Recorded in \/.*ratchet_session_\d{8}_\d{6}.*\.\n\{"sum":2\}\n$/);
  });

  test("a task's progress is shown", async () => {
    const main = "(function (input, context) { context.progress({ done: 1 }); return 1; })";
    const task = makeTask(folder.path, { label: "progress", main });
    expect(await onTerminal(["run-once", "--from-fs", task], { NO_COLOR: "1" })).toBe('[progress] {"done":1}\n1\n');
    expect(await ratchet(["run-once", "--from-fs", task])).toEqual({ exitCode: 0, stdout: "1\n", stderr: "" });
  });
});
