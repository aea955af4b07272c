import { afterEach, beforeEach, expect, test } from "bun:test";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

test("repo init creates a folder of tasks that passes every check", async () => {
  const made = await place.ratchet(["repo", "init", "--json"]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  expect(JSON.parse(made.stdout).folder).toBe("tasks");
  expect(await place.ratchet(["repo", "verify"])).toMatchObject({ code: 0, stderr: "" });
  expect((await place.ratchet(["test", "--from-fs", "tasks"])).code).toBe(0);
  const again = await place.ratchet(["repo", "init"]);
  expect(again.code).toBe(2);
  expect(again.stderr).toContain("is not empty");
  expect((await place.ratchet(["repo", "init", "/proc/none"])).code).toBe(6);
});

test("repo list shows tasks, their versions and their sources", async () => {
  place.writeTask("add", "() => 1");
  const { code, stdout } = await place.ratchet(["repo", "list", "--json"]);
  expect(code).toBe(0);
  const { tasks } = JSON.parse(stdout);
  expect(tasks.map(({ label, source }: { label: string; source: string }) => `${label} ${source}`)).toEqual([
    "add tasks",
    "heartbeat embedded",
  ]);
  expect((await place.ratchet(["repo", "list", "tasks"])).stdout).not.toContain("heartbeat");
  const absent = await place.ratchet(["repo", "list", "nowhere"]);
  expect(absent.code).toBe(6);
  expect(absent.stderr).toContain("nowhere");
});

test("repo verify reports invalid programs, schemas, metadata and tests, and exits with 3", async () => {
  place.writeTask("good", "() => 1");
  place.writeTask("program", "() => {");
  place.writeTask("schema", "() => 1");
  place.write("tasks/schema/input.schema.json", '{"type": ');
  place.write("tasks/meta/metadata.json", "{}");
  place.writeTask("tests", "() => 1");
  place.write("tasks/tests/tests/one.json", "{");
  const { code, stdout } = await place.ratchet(["repo", "verify", "--json"]);
  expect(code).toBe(3);
  const files = JSON.parse(stdout).problems.map(({ file }: { file: string }) => file);
  for (const name of ["program", "schema", "meta", "tests"]) {
    expect(files.some((file: string) => file.includes(`tasks/${name}`))).toBe(true);
  }
  expect(files.some((file: string) => file.includes("tasks/good"))).toBe(false);
});
