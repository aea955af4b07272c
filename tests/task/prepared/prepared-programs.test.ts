import { describe, expect, test } from "bun:test";
import { cpSync, existsSync, rmSync, statSync, symlinkSync, utimesSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { RatchetError } from "../../../src/domain/errors.ts";
import { openArchive } from "../../../src/task/archive.ts";
import { directoryFiles } from "../../../src/task/directory.ts";
import { openPreparedPrograms, type PreparedPrograms } from "../../../src/task/prepared/prepared-programs.ts";
import { readProgram } from "../../../src/task/program/read-program.ts";
import type { TaskFiles } from "../../../src/task/task-files.ts";
import { metadata, scratch } from "../scratch.ts";
import { zip } from "../zip-writer.ts";

const BUILD = { version: "1.0.0", commit: "abc", buildDate: "2026-01-01" };

/** Prepared programs in a folder, with the number of programs that had to be prepared. */
function counted(folder: string, build = BUILD): PreparedPrograms & { prepared: number } {
  const programs = openPreparedPrograms(
    { folder: join(folder, "cache/ratchet/prepared"), maxBytes: 10_000_000 },
    build,
  );
  const counted = {
    prepared: 0,
    get: ((program) =>
      programs.get({
        ...program,
        prepare: (importable) => {
          counted.prepared += 1;
          return program.prepare(importable);
        },
      })) as PreparedPrograms["get"],
  };
  return counted;
}

const TASK = {
  "task/metadata.json": metadata(),
  "task/main.ts": 'import { a } from "./a";\nimport p from "p";\nexport default (): string => a + p;\n',
  "task/a.ts": 'export const a: string = "one";\n',
  "task/node_modules/p/package.json": '{"main":"./lib.js"}',
  "task/node_modules/p/lib.js": 'module.exports = "p";\n',
};

describe("a prepared program", () => {
  test("is used again as it was, with the texts of its files", async () => {
    using folder = scratch();
    folder.write(TASK);
    const files = directoryFiles(folder.path("task"));
    const first = counted(folder.path());
    const made = await readProgram(files, first);
    const second = counted(folder.path());
    const found = await readProgram(files, second);
    const plain = await readProgram(files);
    expect([first.prepared, second.prepared]).toEqual([1, 0]);
    for (const program of [made, found]) {
      const { texts, compiled: _, ...rest } = program;
      const { texts: expected, ...others } = plain;
      expect(rest).toEqual(others);
      expect(texts?.()).toEqual(expected?.() ?? []);
    }
  });

  test("is found for a copy of the task in another place, by content", async () => {
    using folder = scratch();
    folder.write(TASK);
    await readProgram(directoryFiles(folder.path("task")), counted(folder.path()));
    cpSync(folder.path("task"), folder.path("copy"), { recursive: true });
    const programs = counted(folder.path());
    await readProgram(directoryFiles(folder.path("copy")), programs);
    expect(programs.prepared).toBe(0);
    folder.write({ "copy/a.ts": 'export const a: string = "two";\n' });
    const { code } = await readProgram(directoryFiles(folder.path("copy")), programs);
    expect([programs.prepared, code.includes('"two"')]).toEqual([1, true]);
    // Both places have one now.
    await readProgram(directoryFiles(folder.path("task")), programs);
    expect(programs.prepared).toBe(1);
  });

  test("belongs to one build of Ratchet, and so does what an engine compiled it to", async () => {
    using folder = scratch();
    folder.write(TASK);
    const files = directoryFiles(folder.path("task"));
    const { compiled } = await readProgram(files, counted(folder.path()));
    compiled?.keep("engine", Buffer.from("compiled"));
    expect((await readProgram(files, counted(folder.path()))).compiled?.read("engine")?.toString()).toBe("compiled");
    for (const build of [{ version: "1.0.1" }, { commit: "abd" }, { buildDate: "2026-01-02" }]) {
      const other = counted(folder.path(), { ...BUILD, ...build });
      const { compiled } = await readProgram(files, other);
      expect([other.prepared, compiled?.read("engine")]).toEqual([1, undefined]);
    }
  });

  test("is not used when a file has new content with the same size and dates", async () => {
    using folder = scratch();
    folder.write(TASK);
    const files = directoryFiles(folder.path("task"));
    const programs = counted(folder.path());
    await readProgram(files, programs);
    const { atime, mtime } = statSync(folder.path("task/a.ts"));
    folder.write({ "task/a.ts": TASK["task/a.ts"].replace("one", "two") });
    utimesSync(folder.path("task/a.ts"), atime, mtime);
    const { code } = await readProgram(files, programs);
    expect([programs.prepared, code.includes('"two"')]).toEqual([2, true]);
  });

  test("is used when only dates have changed", async () => {
    using folder = scratch();
    folder.write(TASK);
    const files = directoryFiles(folder.path("task"));
    const programs = counted(folder.path());
    await readProgram(files, programs);
    for (const name of Object.keys(TASK)) utimesSync(folder.path(name), 1_000, 1_000);
    await readProgram(files, programs);
    expect(programs.prepared).toBe(1);
  });

  test.each([
    ["a file of the task", "task/a.js"],
    ["a folder's index", "task/a/index.ts"],
    ["a nearer package", "task/node_modules/p/node_modules/q/index.js"],
  ])("is made again when %s appears that an import looked for", async (_, path) => {
    using folder = scratch();
    folder.write({
      ...TASK,
      "task/node_modules/p/lib.js": 'try { module.exports = require("q"); } catch { module.exports = "none"; }\n',
    });
    const files = directoryFiles(folder.path("task"));
    const programs = counted(folder.path());
    await readProgram(files, programs);
    rmSync(folder.path("task/a.ts"));
    folder.write({ "task/a.ts": TASK["task/a.ts"], [path]: 'export const a = "new";\n' });
    const { id } = await readProgram(files, programs);
    expect(id).toBe((await readProgram(files)).id);
  });

  test("is kept when a file was found and not read, and made again when that file is gone", async () => {
    using folder = scratch();
    folder.write({
      ...TASK,
      "task/node_modules/p/package.json": '{"main":"./lib.js","browser":{"./lib.js":"./browser.js"}}',
      "task/node_modules/p/browser.js": 'module.exports = "browser";\n',
    });
    const files = directoryFiles(folder.path("task"));
    const programs = counted(folder.path());
    const { id } = await readProgram(files, programs);
    expect((await readProgram(files, programs)).id).toBe(id);
    expect(programs.prepared).toBe(1);
    folder.write({ "task/node_modules/p/lib.js": "its content makes no difference" });
    expect((await readProgram(files, programs)).id).toBe(id);
    expect(programs.prepared).toBe(1);
    rmSync(folder.path("task/node_modules/p/lib.js"));
    await expect(readProgram(files, programs)).rejects.toThrow(RatchetError);
    expect(programs.prepared).toBe(2);
  });

  test("is kept for an archive, and made again when the archive has other files", async () => {
    using folder = scratch();
    const pack = (more: Record<string, string>) => {
      const all = { ...TASK, ...more };
      folder.write({
        "t.zip": zip(Object.entries(all).map(([name, data]) => ({ name: name.replace("task/", ""), data }))),
      });
    };
    const programs = counted(folder.path());
    const read = async () => readProgram((await openArchive(folder.path("t.zip"))).files(""), programs);
    pack({});
    await read();
    await read();
    expect(programs.prepared).toBe(1);
    pack({ "task/readme.txt": "no matter" });
    await read();
    expect(programs.prepared).toBe(1);
    pack({ "task/a.ts": 'export const a: string = "two";\n' });
    expect((await read()).code).toContain('"two"');
    expect(programs.prepared).toBe(2);
  });

  test("is not kept for files that are only in memory, nor for a plain script", async () => {
    using folder = scratch();
    folder.write({ ...TASK, "plain/metadata.json": metadata(), "plain/main.js": "() => 1" });
    const { diskPath: _, ...inMemory }: TaskFiles = directoryFiles(folder.path("task"));
    const programs = counted(folder.path());
    await readProgram(inMemory, programs);
    await readProgram(directoryFiles(folder.path("plain")), programs);
    expect(existsSync(folder.path("cache"))).toBe(false);
  });

  test("always equals one that is prepared afresh, whatever happens to the files", async () => {
    const path = fc.constantFrom(
      "a.ts",
      "a.js",
      "a/index.ts",
      "a/package.json",
      "a/other.ts",
      "b.txt",
      "node_modules/p/package.json",
      "node_modules/p/lib.js",
      "node_modules/p/lib.mjs",
      "node_modules/p/index.js",
    );
    const content = fc.constantFrom(
      'export const a = "1"; export default "1";',
      'export const a = "2"; export default "2";',
      '{"main":"./lib.js"}',
      '{"main":"./lib","module":"./lib.mjs"}',
      '{"main":"./other"}',
    );
    const step = fc.oneof(
      fc.record({ kind: fc.constant("write" as const), path, content }),
      fc.record({ kind: fc.constant("remove" as const), path }),
      fc.record({ kind: fc.constant("link" as const), path }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), async (steps) => {
        using folder = scratch();
        folder.write({ ...TASK, "elsewhere.ts": 'export const a = "3";', "task/linked.ts": 'export const a = "4";' });
        const files = directoryFiles(folder.path("task"));
        const programs = counted(folder.path());
        for (const step of [undefined, ...steps]) {
          if (step !== undefined) change(folder, step);
          expect(await outcome(files, programs)).toEqual(await outcome(files));
        }
      }),
      { numRuns: 60 },
    );
  });
});

type Step = { kind: "write"; path: string; content: string } | { kind: "remove" | "link"; path: string };

function change(folder: ReturnType<typeof scratch>, step: Step): void {
  const path = folder.path("task", step.path);
  const parent = join(path, "..");
  // A file may be where a folder is needed, and the other way round.
  if (existsSync(parent) && !statSync(parent).isDirectory()) rmSync(parent);
  rmSync(path, { recursive: true, force: true });
  if (step.kind === "write") folder.write({ [`task/${step.path}`]: step.content });
  if (step.kind === "link" && existsSync(parent)) symlinkSync(folder.path("task/linked.ts"), path);
}

async function outcome(files: TaskFiles, programs?: PreparedPrograms): Promise<unknown> {
  try {
    return (await readProgram(files, programs)).id;
  } catch (error) {
    if (error instanceof RatchetError) return error.problems;
    throw error;
  }
}
