import { afterAll, expect, test } from "bun:test";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { callableTasks } from "../../src/task/callable-tasks.ts";
import { loadCollection, loadTask } from "../../src/task/load.ts";
import { validateTask } from "../../src/task/validate.ts";
import { makeTask } from "../support/made-task.ts";
import { temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const uuid = crypto.randomUUID();
const versions = ["1.0.0", "1.10.0", "1.9.0", "2.0.0-beta.1"].map((version) => {
  const path = makeTask(folder.path, { label: "many", main: `() => "${version}"`, metadata: { uuid, version } });
  renameSync(path, `${path}-${version}`);
  return `${path}-${version}`;
});
const single = makeTask(folder.path, { label: "single", main: "() => 1" });
writeFileSync(join(folder.path, "hello.ts"), "export default () => 'hello';");
writeFileSync(join(folder.path, "other.js"), "export const meta = { version: '3.0.0' }; export default () => 'other';");

const found = async (path: string, task: string, version?: string) =>
  (await callableTasks(path)(task, version))?.metadata.version;

test("several versions of one task are no problem in a collection, but one version twice is", async () => {
  expect((await loadCollection(folder.path)).problems).toEqual([]);
  const { problems } = await validateTask(folder.path);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const twice = temporaryFolder();
  for (const name of ["a", "b"]) {
    const path = makeTask(twice.path, { label: "many", main: "() => 1", metadata: { uuid } });
    renameSync(path, `${path}-${name}`);
  }
  expect((await loadCollection(twice.path)).problems).toMatchObject([{ pointer: "/uuid" }]);
  makeTask(twice.path, { label: "many", main: "() => 1" });
  const { problems: three } = await loadCollection(twice.path);
  expect(three.map(({ pointer }) => pointer)).toEqual(["/label", "/label", "/uuid"]);
  twice[Symbol.dispose]();
});

test("the newest release is found unless a version is given, by label and uuid", async () => {
  expect(await found(folder.path, "many")).toBe("1.10.0");
  expect(await found(folder.path, uuid.toUpperCase())).toBe("1.10.0");
  expect(await found(folder.path, "many", "1.9.0")).toBe("1.9.0");
  expect(await found(folder.path, "many", "2.0.0-beta.1")).toBe("2.0.0-beta.1");
  expect(await found(folder.path, "many", "4.0.0")).toBeUndefined();
  expect(await found(folder.path, "none")).toBeUndefined();
  expect((await loadTask(`${folder.path}#many`)).metadata.version).toBe("1.10.0");
});

test("a single task finds those in the folder around it", async () => {
  expect(await found(single, "many")).toBe("1.10.0");
  expect(await found(versions[0] ?? "", "single")).toBe("1.0.0");
  expect(await found(`${folder.path}#single`, "single")).toBe("1.0.0");
  expect(await found(join(folder.path, "hello.ts"), "many", "1.0.0")).toBe("1.0.0");
});

test("a single file finds the files next to it", async () => {
  const hello = join(folder.path, "hello.ts");
  expect(await found(hello, "other")).toBe("3.0.0");
  expect(await found(hello, "hello")).toBe("1.0.0");
  expect(await found(hello, "other", "1.0.0")).toBeUndefined();
  expect(await found(hello, "../hello")).toBeUndefined();
});

test("what is not there comes with what may be meant", async () => {
  const missing = async (task: string, version?: string) =>
    (await callableTasks(single).missing(task, version)).message;
  expect(await missing("mnay")).toBe('There is no task "mnay". Did you mean "many"?');
  expect(await missing("nothing")).toBe('There is no task "nothing".');
  expect(await missing("single", "9.0.0")).toBe("The task single has no version 9.0.0, but 1.0.0.");
});
