import { describe, expect, test } from "bun:test";
import { posix, win32 } from "node:path";
import fc from "fast-check";
import { openArchive } from "../../src/task/archive.ts";
import { checkEntryName } from "../../src/task/archive-name.ts";
import { loadCollection, loadTask } from "../../src/task/load.ts";
import { MAX_FILE_BYTES, MAX_FILES } from "../../src/task/task-files.ts";
import { failure, scratch, taskFiles } from "./scratch.ts";
import { type ZipEntry, zip } from "./zip-writer.ts";

const good: ZipEntry[] = entriesOf(taskFiles());

function entriesOf(files: Readonly<Record<string, string>>): ZipEntry[] {
  return Object.entries(files).map(([name, data]) => ({ name, data }));
}

/** Returns the error for an archive of a valid task with these additional entries. */
async function refusal(entries: readonly ZipEntry[], bytes = zip([...good, ...entries])) {
  using folder = scratch();
  folder.write({ "task.zip": bytes });
  return await failure(async () => {
    const task = await loadTask(folder.path("task.zip"));
    await task.checksum();
  });
}

describe("a task in an archive", () => {
  test("may be at its root, in one folder, stored or deflated", async () => {
    using folder = scratch();
    folder.write({
      "root.zip": zip(good),
      "folder.zip": zip([{ name: "my-task/", mode: 0o040755 }, ...entriesOf(taskFiles({}, "my-task/"))]),
      "stored.zip": zip(good.map((entry) => ({ ...entry, method: 0 }))),
      "macos.zip": zip([...entriesOf(taskFiles({}, "t/")), { name: "__MACOSX/t/._main.js" }, { name: ".DS_Store" }]),
    });
    for (const name of ["root.zip", "folder.zip", "stored.zip", "macos.zip"]) {
      const task = await loadTask(folder.path(name));
      expect((await task.program()).code).toContain("return input");
      expect(await (await task.inputValidator())(1)).toEqual([]);
    }
    expect((await loadTask(folder.path("root.zip"))).origin).toBe(folder.path("root.zip"));
    expect((await loadTask(folder.path("folder.zip"))).origin).toBe(`${folder.path("folder.zip")}!my-task`);
  });

  test("may be one of several, which requires a label", async () => {
    using folder = scratch();
    const two = { ...taskFiles({ label: "one" }, "a/"), ...taskFiles({ label: "two", version: "2.0.0" }, "b/") };
    folder.write({
      "two.zip": zip(entriesOf(two)),
      "nested.zip": zip(entriesOf(two).map(({ name, ...entry }) => ({ ...entry, name: `tasks/${name}` }))),
    });
    for (const name of ["two.zip", "nested.zip"]) {
      expect((await failure(() => loadTask(folder.path(name)))).remedy).toContain("one, two");
      expect((await loadTask(folder.path(name), { label: "two" })).metadata.version).toBe("2.0.0");
      expect((await loadCollection(folder.path(name))).tasks).toHaveLength(2);
    }
    // In a folder of tasks, an archive must contain one task.
    const { problems } = await loadCollection(folder.path());
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("contains 2 tasks"),
      expect.stringContaining("contains 2 tasks"),
    ]);
  });

  test("names its files by archive and entry", async () => {
    const error = await refusal([], zip(entriesOf({ ...taskFiles({ version: "one" }, "t/") })));
    expect(error.problems[0]?.file).toEndWith("task.zip!t/metadata.json");
  });

  test("is not found in an archive without metadata", async () => {
    expect((await refusal([], zip([{ name: "readme.md", data: "hello" }]))).code).toBe("TASK_NOT_FOUND");
    expect((await refusal([], zip([]))).code).toBe("TASK_NOT_FOUND");
    const error = await refusal([], zip([{ name: "main.js", data: "() => 1" }]));
    expect([error.code, error.message]).toEqual(["TASK_INVALID", expect.stringContaining("metadata.json is missing")]);
  });

  test("is rejected with unsafe entry names", async () => {
    for (const name of [
      "../evil.js",
      "a/../../evil.js",
      "..",
      "/etc/passwd",
      "C:/evil.js",
      "c:evil.js",
      "..\\evil.js",
      "a\\b.js",
      "nul\0.js",
      "new\nline.js",
      "a//b.js",
      "./a.js",
      "a/./b.js",
    ]) {
      const error = await refusal([{ name, data: "evil" }]);
      expect([name, error.code]).toEqual([name, "TASK_INVALID"]);
      expect(error.problems[0]?.message).toContain(JSON.stringify(name));
    }
  });

  test("is rejected with all unsafe entries at once", async () => {
    const error = await refusal([{ name: "../a" }, { name: "/b" }, { name: "link", data: "x", mode: 0o120777 }]);
    expect(error.problems).toHaveLength(3);
    expect(error.message).toContain("2 more");
  });

  test("is rejected with links and devices", async () => {
    const link = await refusal([{ name: "link.js", data: "/etc/passwd", mode: 0o120777 }]);
    expect(link.problems[0]?.message).toContain("symbolic link");
    const device = await refusal([{ name: "device", mode: 0o020666 }]);
    expect(device.problems[0]?.message).toContain("not a regular file");
  });

  test("is rejected with a duplicate entry, and gets a warning about two that differ only in case", async () => {
    const twice = await refusal([{ name: "main.js", data: "() => 2" }]);
    expect(twice.problems[0]?.message).toContain("twice");
    using folder = scratch();
    folder.write({ "task.zip": zip([...good, { name: "MAIN.js", data: "() => 2" }]) });
    const { warnings } = await loadTask(folder.path("task.zip"));
    expect(warnings.map(({ severity }) => severity)).toEqual(["warning"]);
  });

  test("is rejected if it unpacks to more than the limit", async () => {
    const large = await refusal([{ name: "zeros", data: new Uint8Array(MAX_FILE_BYTES + 1) }]);
    expect([large.code, large.message]).toEqual(["TASK_INVALID", expect.stringContaining("the limit is 32MB.")]);
    const zeros = new Uint8Array(MAX_FILE_BYTES);
    const many = await refusal(Array.from({ length: 5 }, (_, i) => ({ name: `zeros${i}`, data: zeros })));
    expect(many.message).toContain("unpacks to");
    const entries = await refusal(
      [],
      zip(Array.from({ length: MAX_FILES + 1 }, (_, i) => ({ name: `f${i}`, method: 0 }))),
    );
    expect(entries.message).toContain(`more than ${MAX_FILES}`);
  });

  test("cannot unpack to more than it declares", async () => {
    const bomb = { name: "bomb.bin", data: new Uint8Array(20_000_000), declaredSize: 100 };
    const before = process.memoryUsage.rss();
    const error = await refusal([bomb]);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
    expect([error.code, error.message]).toEqual(["TASK_UNREADABLE", expect.stringContaining("100 bytes")]);
    expect((await refusal([{ name: "short", data: "abc", declaredSize: 5 }])).message).toContain("size");
    expect((await refusal([{ name: "stored", data: "abc", method: 0, declaredSize: 9 }])).code).toBe("TASK_UNREADABLE");
  });

  test("is rejected if an entry is damaged, encrypted or compressed in another way", async () => {
    expect((await refusal([{ name: "a", data: "abc", crc: 1 }])).message).toContain("checksum");
    expect((await refusal([{ name: "a", data: "abc", flags: 1 }])).message).toContain("encrypted");
    expect((await refusal([{ name: "a", data: "abc", method: 12 }])).message).toContain("method 12");
  });

  test("is rejected wherever it is truncated", async () => {
    const whole = zip(good);
    for (let length = 0; length < whole.length; length += 7) {
      const error = await refusal([], whole.slice(0, length));
      expect([length, error.code]).toEqual([length, "TASK_UNREADABLE"]);
    }
  });

  test("never crashes on damaged bytes", async () => {
    const whole = zip(good);
    using folder = scratch();
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.length - 1), fc.nat(255), async (position, byte) => {
        const bytes = whole.slice();
        bytes[position] = byte;
        folder.write({ "task.zip": bytes });
        try {
          await (await loadTask(folder.path("task.zip"))).checksum();
        } catch (error) {
          expect(error).toHaveProperty("name", "RatchetError");
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("checkEntryName", () => {
  const step = fc.string({ minLength: 1, maxLength: 8, unit: fc.constantFrom(..."abZ09-_. é") });

  test("accepts plain relative names", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (steps) => {
        fc.pre(steps.every((one) => one !== "." && one !== ".."));
        expect(checkEntryName(steps.join("/"))).toBeUndefined();
      }),
    );
  });

  test("rejects every name that points outside the folder, on any system", () => {
    const hostile = fc.constantFrom("..", "/", "\\", ":", "a", ".", "\0", "C", "x.js");
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 6 }), (parts) => {
        const name = parts.join("");
        if (checkEntryName(name) !== undefined) return;
        expect(posix.join("/root/task", name)).toStartWith("/root/task/");
        expect(win32.join("C:\\root\\task", name)).toStartWith("C:\\root\\task\\");
        expect(name).not.toMatch(/[\\\0]|^\/|^[a-z]:/i);
      }),
      { numRuns: 1_000 },
    );
  });

  test("agrees with the archive reader", async () => {
    using folder = scratch();
    await fc.assert(
      fc.asyncProperty(fc.string({ minLength: 1, maxLength: 12 }), async (name) => {
        fc.pre(name.isWellFormed());
        folder.write({ "a.zip": zip([{ name }]) });
        const refused = await openArchive(folder.path("a.zip")).then(
          () => false,
          () => true,
        );
        expect(refused).toBe(checkEntryName(name) !== undefined);
      }),
      { numRuns: 200 },
    );
  });
});
