import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync } from "node:fs";
import { loadCollection, loadTask } from "../../src/task/load.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { failure, metadata, scratch, taskFiles } from "./scratch.ts";
import { zip } from "./zip-writer.ts";

const uuid = (digit: number) => `7d444840-9dc0-11d1-b245-5ffdce74fad${digit}`;

describe("loadTask", () => {
  test("reads the metadata of a folder at once, and the rest on demand", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({ limits: { time: "300ms", memory: 8388608 } }), "input.schema.json": "{ broken" });
    const task = await loadTask(folder.path());
    expect(task.metadata).toEqual({
      uuid: uuid(2),
      version: "1.0.0",
      label: "sample",
      description: "A task of a test.",
      limits: { timeMs: 300, memoryBytes: 8388608 },
    });
    expect(task.origin).toBe(folder.path());
    expect(task.warnings).toEqual([]);
    expect((await task.program()).fileName).toBe("main.js");
    expect((await failure(() => task.inputValidator())).code).toBe("TASK_INVALID");
    expect((await task.outputValidator())({ any: "thing" })).toEqual([]);
  });

  test("keeps what it has read", async () => {
    using folder = scratch();
    folder.write(taskFiles());
    const task = await loadTask(folder.path());
    expect(await task.program()).toBe(await task.program());
    expect(await task.inputValidator()).toBe(await task.inputValidator());
    expect(await task.tests()).toBe(await task.tests());
  });

  test("selects a task of a collection by its label", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({ label: "one" }, "a/"), ...taskFiles({ label: "two", uuid: uuid(3) }, "b/") });
    expect((await loadTask(folder.path(), { label: "two" })).origin).toBe(folder.path("b"));
  });

  test("lists the labels of a collection if none is given", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({ label: "one" }, "a/"), ...taskFiles({ label: "two" }, "b/") });
    const error = await failure(() => loadTask(folder.path()));
    expect(error.code).toBe("TASK_NOT_FOUND");
    expect(error.remedy).toContain("one, two");
    expect(error.data.labels).toEqual(["one", "two"]);
  });

  test("suggests the most similar label for a wrong one", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({ label: "addition" }, "a/"), ...taskFiles({ label: "greeting" }, "b/") });
    const error = await failure(() => loadTask(folder.path(), { label: "adition" }));
    expect(error.code).toBe("TASK_NOT_FOUND");
    expect(error.remedy).toContain('Did you mean "addition"?');
  });

  test("rejects a label that a single task does not have", async () => {
    using folder = scratch();
    folder.write(taskFiles());
    expect((await failure(() => loadTask(folder.path(), { label: "other" }))).code).toBe("TASK_NOT_FOUND");
    expect((await loadTask(folder.path(), { label: "sample" })).metadata.label).toBe("sample");
  });

  test("refuses to choose between two tasks with the same label", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({ label: "same" }, "a/"), ...taskFiles({ label: "same", uuid: uuid(3) }, "b/") });
    const error = await failure(() => loadTask(folder.path(), { label: "same" }));
    expect(error.code).toBe("TASK_INVALID");
    expect(error.message).toContain(folder.path("b"));
  });

  test("reports what is wrong with a path that is not a task", async () => {
    using folder = scratch();
    folder.write({ "plain.txt": "text", "empty/.keep": "" });
    mkdirSync(folder.path("bare"));
    expect((await failure(() => loadTask(folder.path("missing")))).code).toBe("TASK_NOT_FOUND");
    expect((await failure(() => loadTask(folder.path("bare")))).code).toBe("TASK_NOT_FOUND");
    expect((await failure(() => loadTask(folder.path("plain.txt", "deeper")))).code).toBe("TASK_NOT_FOUND");
    const file = await failure(() => loadTask(folder.path("plain.txt")));
    expect(file.code).toBe("TASK_UNREADABLE");
    expect(file.message).toContain("not a zip archive");
    symlinkSync(folder.path("nowhere"), folder.path("dangling"));
    expect((await failure(() => loadTask(folder.path("dangling")))).message).toContain("broken link");
  });

  test("reports which file is missing from a task", async () => {
    using folder = scratch();
    folder.write({ "main.js": "() => 1" });
    const error = await failure(() => loadTask(folder.path()));
    expect(error.code).toBe("TASK_INVALID");
    expect(error.message).toContain("metadata.json is missing");
    folder.write({ "b/metadata.json": metadata() });
    const task = await loadTask(folder.path("b"));
    expect((await failure(() => task.program())).message).toContain("neither main.js nor main.ts");
  });

  test("reads no file through a link that points outside the task", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({}, "task/"), "secret.json": '{"type":"object"}' });
    symlinkSync(folder.path("secret.json"), folder.path("task", "secret.schema.json"));
    symlinkSync(folder.path("secret.json"), folder.path("task", "data.json"));
    folder.write({ "task/main.js": 'import data from "./data.json"; export default () => data;' });
    const task = await loadTask(folder.path("task"));
    const error = await failure(() => task.program());
    expect(error.code).toBe("TASK_INVALID");
    expect(error.message).toContain("points outside the task's folder");
  });

  test("follows a link within the task, and one to the task itself", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({}, "task/"), "task/real.schema.json": '{"type":"object"}' });
    symlinkSync("real.schema.json", folder.path("task", "linked.json"));
    symlinkSync(folder.path("task"), folder.path("alias"));
    const task = await loadTask(folder.path("alias"));
    expect(await task.checksum()).toMatch(/^[\da-f]{64}$/);
  });

  test("does not wait for a named pipe", async () => {
    using folder = scratch();
    folder.write({ "main.js": "() => 1", "metadata.json": metadata() });
    expect(Bun.spawnSync(["mkfifo", folder.path("input.schema.json")]).exitCode).toBe(0);
    const task = await loadTask(folder.path());
    expect((await failure(() => task.inputValidator())).message).toContain("not a regular file");
  });

  test("reports why a path cannot be read", async () => {
    using folder = scratch();
    symlinkSync(folder.path("round"), folder.path("round"));
    const loop = await failure(() => loadTask(folder.path("round")));
    expect([loop.code, loop.message]).toEqual(["TASK_UNREADABLE", expect.stringContaining("too many links")]);
    for (const path of ["x".repeat(5_000), "nul\0byte"]) {
      expect((await failure(() => loadTask(path))).code).toBe("TASK_UNREADABLE");
    }
  });

  test.skipIf(process.platform === "win32")("reports that a file may not be read", async () => {
    using folder = scratch();
    folder.write(taskFiles());
    chmodSync(folder.path("metadata.json"), 0);
    const error = await asOrdinaryUser(folder.path(), () => failure(() => loadTask(folder.path())));
    expect(error.code).toBe("TASK_UNREADABLE");
    expect(error.message).toContain("permission denied");
  });
});

describe("loadCollection", () => {
  test("returns the valid tasks and the problems of the invalid ones", async () => {
    using folder = scratch();
    folder.write({
      ...taskFiles({ label: "good" }, "a/"),
      "b/metadata.json": '{"uuid": 1}',
      "c/main.js": "() => 1",
      "d/notes.md": "no task at all",
      "e.zip": "no archive",
      "f.zip": zip(
        Object.entries(taskFiles({ label: "packed", uuid: uuid(4) })).map(([name, data]) => ({ name, data })),
      ),
      ".hidden/metadata.json": "{}",
    });
    const { tasks, problems, isCollection } = await loadCollection(folder.path());
    expect(isCollection).toBe(true);
    expect(tasks.map(({ metadata }) => metadata.label)).toEqual(["good", "packed"]);
    const files = new Set(problems.map(({ file }) => file));
    expect(files).toEqual(
      new Set([folder.path("b", "metadata.json"), folder.path("c", "metadata.json"), folder.path("e.zip")]),
    );
  });

  test("reports tasks that cannot be distinguished", async () => {
    using folder = scratch();
    folder.write({ ...taskFiles({}, "a/"), ...taskFiles({}, "b/"), ...taskFiles({ label: "other" }, "c/") });
    const { tasks, problems } = await loadCollection(folder.path());
    expect(tasks).toHaveLength(3);
    expect(problems.map(({ file, pointer }) => [file, pointer])).toEqual([
      [folder.path("b", "metadata.json"), "/uuid"],
      [folder.path("c", "metadata.json"), "/uuid"],
    ]);
  });

  test("treats a single task as a collection of one", async () => {
    using folder = scratch();
    folder.write(taskFiles());
    const { tasks, isCollection } = await loadCollection(folder.path());
    expect([tasks.length, isCollection]).toEqual([1, false]);
  });
});

describe("checksum", () => {
  test("is the same for a folder and an archive of it, and changes with every modification", async () => {
    using folder = scratch();
    const files = { ...taskFiles({}, "task/"), "task/lib/a.js": "export const a = 1;" };
    folder.write({ ...files, "task/.git/HEAD": "ignored" });
    folder.write({ "task.zip": zip(Object.entries(files).map(([name, data]) => ({ name, data }))) });
    const first = await (await loadTask(folder.path("task"))).checksum();
    expect(await (await loadTask(folder.path("task.zip"))).checksum()).toBe(first);
    folder.write({ "task/lib/a.js": "export const a = 2;" });
    const changed = await (await loadTask(folder.path("task"))).checksum();
    expect(changed).not.toBe(first);
    // A byte that moves from a name to its content is a change as well.
    folder.write({ "x/metadata.json": metadata(), "x/ab": "c", "y/metadata.json": metadata(), "y/a": "bc" });
    const [x, y] = [await loadTask(folder.path("x")), await loadTask(folder.path("y"))];
    expect(await x.checksum()).not.toBe(await y.checksum());
  });
});
