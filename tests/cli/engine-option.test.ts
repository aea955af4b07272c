import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = makeTask(folder.path, {
  label: "double",
  main: "(function ({ n }) { return 2 * n; })",
  tests: { "two.json": { input: { n: 1 }, expected_output: 2 } },
});

describe("--engine", () => {
  test.each([
    ["run-once", ["--from-fs", task]],
    ["test", ["--from-fs", task]],
    ["replay", ["--from-fs", task, "--recording", folder.path]],
  ])("of %s takes an engine that exists and lists them for any other", async (command, args) => {
    const { exitCode, stdout, stderr } = await ratchet([command, ...args, "--engine", "v8"]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toBe(`error: ${command}: --engine: "v8" is not one of the choices.\nhint: Write one of quickjs.\n`);
  });

  test("runs the task, its tests and a stream", async () => {
    const engine = ["--from-fs", task, "--engine", "quickjs"];
    expect((await ratchet(["run-once", ...engine, "--input-json", '{"n":21}'])).stdout).toBe("42\n");
    expect((await ratchet(["test", ...engine])).exitCode).toBe(0);
    const stream = await ratchet(["run-once", ...engine, "--ndjson"], { stdin: '{"n":1}\n{"n":2}\n' });
    expect(stream.stdout).toBe("2\n4\n");
  });
});

test("metadata.json with an unknown engine is bad data, and the message lists the engines", async () => {
  const path = makeTask(folder.path, { label: "unknown", main: "() => 1", metadata: { engine: "v8" } });
  const { exitCode, stdout, stderr } = await ratchet(["run-once", "--from-fs", path]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toContain('The field "engine" is "v8", but there is no such engine.');
  expect(stderr).toContain("Write one of: quickjs.");
});

test("a recording is replayed with its engine, or with the requested one", async () => {
  const runs = join(folder.path, "runs");
  const recorded = await ratchet(["run-once", "--from-fs", task, "--input-json", '{"n":4}', "--record", runs]);
  const session = /Recorded in (.*)\.\n/.exec(recorded.stderr)?.[1] ?? "";
  const file = join(session, "environment.json");
  const environment = JSON.parse(readFileSync(file, "utf8"));
  expect(environment.engine).toBe("quickjs");
  const replay = (...more: string[]) => ratchet(["replay", "--from-fs", task, "--recording", session, ...more]);
  expect((await replay()).exitCode).toBe(0);

  writeFileSync(file, JSON.stringify({ ...environment, engine: "elsewhere" }));
  const { exitCode, stdout, stderr } = await replay();
  expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
  expect(stderr).toContain('was recorded with the engine "elsewhere", which does not exist here.');
  expect(stderr).toContain("Choose one of these with --engine: quickjs.");
  expect((await replay("--engine", "quickjs")).exitCode).toBe(0);
});
