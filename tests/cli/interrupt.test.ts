import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { exitCode, shell, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const busy = makeTask(folder.path, {
  label: "busy",
  main: '(function () { console.log("busy"); for (;;); })',
  tests: { "one.json": { input: {}, expected_output: 1 } },
});
const stuck = makeTask(folder.path, {
  label: "stuck",
  main: '(function () { console.log("busy"); Array.prototype.reverse.call({ length: 2 ** 53 - 2 }); })',
});
const waiting = makeTask(folder.path, {
  label: "waiting",
  main: '(async function () { console.log("busy"); await new Promise((done) => setTimeout(done, 1e8)); })',
});

/** Starts, waits for the task to be busy, sends a signal. */
async function interrupted(args: string[], signal: "SIGINT" | "SIGTERM", stdin?: string) {
  const process = startRatchet(args, stdin === undefined ? {} : { stdin });
  const reader = process.stderr.getReader();
  let seen = "";
  while (!seen.includes("busy")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`it ended: ${seen}`);
    seen += new TextDecoder().decode(value);
  }
  process.kill(signal);
  const code = await exitCode(process);
  let rest = "";
  for (let part = await reader.read(); !part.done; part = await reader.read())
    rest += new TextDecoder().decode(part.value);
  return { code, stdout: await process.stdout.text(), rest };
}

describe("a signal ends a run of an hour, with nothing on stdout", () => {
  test.each([
    ["busy", busy],
    ["stuck in one built-in", stuck],
    ["waiting", waiting],
  ])("a task that is %s", async (_, task) => {
    for (const [signal, code] of [
      ["SIGINT", 130],
      ["SIGTERM", 143],
    ] as const) {
      const run = await interrupted(["run-once", "--from-fs", task, "--timeout", "1h"], signal);
      expect(run).toMatchObject({ code, stdout: "", rest: "" });
    }
  });

  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("a stream, by %s; a file that was begun does not appear", async (signal, code) => {
    const output = join(folder.path, `out-${signal}`);
    const args = ["run-once", "--from-fs", busy, "--ndjson", "--timeout", "1h"];
    const run = await interrupted(args, signal, "1\n2\n3\n");
    expect(run).toMatchObject({ code, stdout: "" });
    const toFile = await interrupted([...args, "--output", output], signal, "1\n2\n3\n");
    expect(toFile).toMatchObject({ code, stdout: "" });
    expect(readdirSync(folder.path).filter((name) => name.startsWith("out-"))).toEqual([]);
  });

  test("a stream whose reader takes nothing", async () => {
    const echo = makeTask(folder.path, {
      label: "echo",
      main: "(function (input) { console.log('busy'); return input; })",
    });
    const process = startRatchet(["run-once", "--from-fs", echo, "--ndjson", "--log-level", "silent"], {
      stdin: `"${"x".repeat(8_000)}"\n`.repeat(1_000),
    });
    // Standard output is not read here: once the pipe is full, writing stops.
    const reader = process.stdout.getReader();
    await reader.read();
    process.kill("SIGINT");
    expect(await exitCode(process)).toBe(130);
  });
});

test("a shell loop ends with the run that was interrupted", async () => {
  const { stdout } = await shell(
    `set -m
     ( for n in 1 2 3; do echo "start $n"; $RATCHET run-once --from-fs '${waiting}' --timeout 1h 2>'${folder.path}/seen'; done ) & group=$!
     while ! grep -qs busy '${folder.path}/seen'; do sleep 0.02; done
     kill -INT -- -$group; wait $group; echo "ended $?"`,
  );
  expect(stdout).toBe("start 1\nended 130\n");
});
