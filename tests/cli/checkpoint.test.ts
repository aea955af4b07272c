/** A checkpoint belongs to one process at a time, and to the input that its lines came from. */
import { afterAll, beforeEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { createLineDigests } from "../../src/cli/commands/run-once/line-digests.ts";
import { eventually } from "../support/eventually.ts";
import { ratchet, startRatchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let place: string;
beforeEach(() => {
  place = mkdtempSync(join(folder.path, "run-"));
  writeFileSync(join(place, "echo.js"), "export default (n) => n;");
  writeFileSync(
    join(place, "wait.js"),
    "export default async (n) => { await new Promise((r) => setTimeout(r, 60_000)); };",
  );
});

function command(task: string, ...args: string[]) {
  return ["run", "--ndjson", "--input-file", "in", "--checkpoint", "state", ...args, task];
}

function run(text: string, ...args: string[]) {
  writeFileSync(join(place, "in"), text);
  return ratchet(command("echo.js", ...args), { cwd: place });
}

/** Returns the process that the lock file names, or undefined while there is no file or nothing in it. */
function lockOwner(): number | undefined {
  const path = join(place, "state.lock");
  return existsSync(path) ? Number(readFileSync(path, "utf8")) || undefined : undefined;
}

test("of many processes that find the lock file of a killed one, exactly one gets the checkpoint", async () => {
  writeFileSync(join(place, "in"), "1\n");
  writeFileSync(join(place, "state.lock"), "999999999\n");
  const started = Array.from({ length: 6 }, () => startRatchet(command("wait.js"), { cwd: place }));
  // All but one end by themselves.
  const ended: number[] = [];
  for (const one of started) void one.exited.then((code) => ended.push(code));
  await eventually(() => ended.length === 5);
  expect(ended).toEqual([2, 2, 2, 2, 2]);
  for (const one of started) one.kill("SIGKILL");
  await Promise.all(started.map(({ exited }) => exited));
});

test("a second process with the same checkpoint is refused, until the first has ended or was killed", async () => {
  writeFileSync(join(place, "in"), "1\n2\n");
  const first = startRatchet(command("wait.js"), { cwd: place });
  await eventually(() => lockOwner() === first.pid);
  const second = await ratchet(command("wait.js"), { cwd: place });
  expect(second).toMatchObject({ exitCode: 2, stdout: "" });
  expect(second.stderr).toContain(`state is in use by process ${first.pid}.`);
  first.kill("SIGKILL");
  await first.exited;
  const third = startRatchet(command("wait.js"), { cwd: place });
  await eventually(() => lockOwner() === third.pid);
  third.kill("SIGTERM");
  await third.exited;
  expect(readdirSync(place).sort()).toEqual(["echo.js", "in", "state", "wait.js"]);
});

test("finished lines that were changed, swapped or removed are found before anything new starts", async () => {
  expect(await run("1\n2\n3\n")).toMatchObject({ exitCode: 0, stdout: "1\n2\n3\n" });
  for (const text of ["1\n9\n3\n4\n", "1\n3\n2\n4\n", "1\n2\n", "1\n2\n\n3\n4\n"]) {
    const { exitCode, stdout, stderr } = await run(text);
    expect({ text, exitCode, stdout }).toEqual({ text, exitCode: 2, stdout: "" });
    expect(stderr).toContain("another input: lines that are finished were changed, moved or removed");
  }
  expect(await run("1\n2\n3\n4\n")).toMatchObject({ exitCode: 0, stdout: "4\n" });
});

test("digests do not depend on the order in which lines are finished", () => {
  const line = (number: number, text: string) => ({ number, size: text.length, bytes: new TextEncoder().encode(text) });
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1 }), fc.nat(), fc.nat(), (texts, cut, seed) => {
      const first = createLineDigests();
      for (const [number, text] of texts.entries()) first.saw(line(number, text), false);
      const finished = [...texts.keys()].slice(0, cut % (texts.length + 1));
      const order = finished.toSorted((a, b) => ((a + seed) % 7) - ((b + seed) % 7));
      for (const number of order) first.finished(number);
      const second = createLineDigests(first.digest());
      for (const number of finished) second.saw(line(number, texts[number] ?? ""), true);
      expect(second.areAsBefore()).toBe(true);
      second.saw(line(texts.length, "one more"), true);
      expect(second.areAsBefore()).toBe(false);
    }),
  );
});
