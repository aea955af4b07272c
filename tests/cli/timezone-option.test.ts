import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = makeTask(folder.path, {
  label: "when",
  main: "() => [new Date(0).getHours(), new Date(0).toLocaleString(), Intl.DateTimeFormat().resolvedOptions().timeZone]",
  metadata: { timezone: "Asia/Tokyo" },
  tests: { "one.json": { input: {}, expected_output: [9, "1/1/1970, 9:00:00 AM", "Asia/Tokyo"] } },
});
const IN_PARIS = '[1,"1/1/1970, 1:00:00 AM","Europe/Paris"]\n';

describe("the time zone of a task", () => {
  test("is that of its metadata, whatever the machine's time zone and language are", async () => {
    const env = { TZ: "America/New_York", LANG: "de_DE.UTF-8", LC_ALL: "de_DE.UTF-8" };
    const { stdout, stderr } = await ratchet(["run-once", "--from-fs", task], { env });
    expect({ stdout, stderr }).toEqual({ stdout: '[9,"1/1/1970, 9:00:00 AM","Asia/Tokyo"]\n', stderr: "" });
    expect((await ratchet(["test", "--from-fs", task])).exitCode).toBe(0);
  });

  test("is --timezone where that is given: in a run, a stream and tests", async () => {
    const inParis = ["--from-fs", task, "--timezone", "Europe/Paris"];
    expect((await ratchet(["run-once", ...inParis])).stdout).toBe(IN_PARIS);
    expect((await ratchet(["run-once", ...inParis, "--ndjson"], { stdin: "{}\n{}\n" })).stdout).toBe(
      IN_PARIS.repeat(2),
    );
    expect((await ratchet(["test", ...inParis])).exitCode).toBe(1);
  });

  test.each([
    ["run-once", "Nowhere/City"],
    ["run-once", "+02:00"],
    ["test", ""],
  ])("of %s is not %p", async (command, zone) => {
    const { exitCode, stdout, stderr } = await ratchet([command, "--from-fs", task, `--timezone=${zone}`]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain(`"${zone}" is not the name of a time zone, such as Europe/Berlin or UTC.`);
  });

  test("is part of a recording, with what the time zones and Intl of that time said", async () => {
    const runs = join(folder.path, "runs");
    const recorded = await ratchet(["run-once", "--from-fs", task, "--timezone", "Europe/Paris", "--record", runs]);
    expect(recorded.stdout).toBe(IN_PARIS);
    const session = /Recorded in (.*)\.\n/.exec(recorded.stderr)?.[1] ?? "";
    const replay = () => ratchet(["replay", "--from-fs", task, "--recording", session]);
    expect((await replay()).exitCode).toBe(0);
    // As if the recording had been made with another version of ICU.
    const file = join(session, "environment.json");
    writeFileSync(file, readFileSync(file, "utf8").replace("1/1/1970, 1:00:00 AM", "1.1.1970, 1:00:00"));
    const { exitCode, stdout } = await replay();
    expect(exitCode).toBe(1);
    expect(stdout).toContain("1.1.1970, 1:00:00");
  });
});
