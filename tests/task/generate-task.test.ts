import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { generateTask } from "../../src/task/generate.ts";
import { loadTask } from "../../src/task/load.ts";
import { TEMPLATES } from "../../src/task/templates/templates.ts";
import { validateTask } from "../../src/task/validate.ts";
import { asOrdinaryUser } from "../support/ordinary-user.ts";
import { runProgram } from "./run-program.ts";
import { failure, scratch } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

describe("generateTask", () => {
  test.each(Object.keys(TEMPLATES).map((name) => [name]))("generates a valid %s task", async (template) => {
    using folder = scratch();
    const path = folder.path("deep", "er", "new-task");
    const made = generateTask({ path, template, label: "my task", description: "Says hello.", version: "2.0.0-rc.1" });
    const { problems } = await validateTask(path);
    expect(problems).toEqual([]);
    const task = await loadTask(path);
    expect(task.metadata).toMatchObject({ label: "my task", description: "Says hello.", version: "2.0.0-rc.1" });
    expect(task.metadata.uuid).toBe(made.uuid);
    expect((await task.tests()).tests.length).toBeGreaterThan(1);
    expect(made.files.sort()).toEqual(
      readdirSync(path, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => `${entry.parentPath}/${entry.name}`.slice(path.length + 1))
        .sort(),
    );
  });

  test("generates tasks that pass their tests without network", async () => {
    using folder = scratch();
    for (const template of ["basic", "typescript"]) {
      generateTask({ path: folder.path(template), template });
      const task = await loadTask(folder.path(template));
      for (const { input, expected } of (await task.tests()).tests) {
        if (expected === undefined || !("output" in expected)) continue;
        expect(await runProgram(executor, await task.program(), input)).toEqual({ output: expected.output });
      }
    }
  });

  test("gives every task its own uuid, and the folder's name", () => {
    using folder = scratch();
    const [a, b] = ["a", "b"].map((name) => generateTask({ path: folder.path(name) }));
    expect(a?.uuid).not.toBe(b?.uuid);
    expect([a?.label, a?.version, a?.template]).toEqual(["a", "0.1.0", "basic"]);
  });

  test("accepts an empty folder, and nothing else that exists", async () => {
    using folder = scratch();
    mkdirSync(folder.path("empty"));
    generateTask({ path: folder.path("empty") });
    folder.write({ "full/file.txt": "mine", "file.txt": "mine" });
    for (const name of ["empty", "full", "file.txt"]) {
      const error = await failure(() => generateTask({ path: folder.path(name) }));
      expect([error.code, error.message]).toEqual(["USAGE", expect.stringContaining("already exists")]);
    }
    expect(readdirSync(folder.path("full"))).toEqual(["file.txt"]);
  });

  test("leaves nothing behind when it fails", async () => {
    using folder = scratch();
    folder.write({ "file.txt": "mine" });
    const error = await failure(() => generateTask({ path: folder.path("file.txt", "task") }));
    expect(error.code).toBe("ENVIRONMENT");
    expect(readdirSync(folder.path())).toEqual(["file.txt"]);
  });

  test.skipIf(process.platform === "win32")("reports that it may not write", async () => {
    using folder = scratch();
    chmodSync(folder.path(), 0o555);
    const error = await asOrdinaryUser(folder.path(), () => failure(() => generateTask({ path: folder.path("task") })));
    expect(error.code).toBe("ENVIRONMENT");
    chmodSync(folder.path(), 0o755);
  });

  test("rejects options that would not be valid", async () => {
    using folder = scratch();
    const path = folder.path("task");
    for (const options of [
      { template: "bsic" },
      { label: "" },
      { label: "a\nb" },
      { version: "1" },
      { template: "constructor" },
    ]) {
      expect((await failure(() => generateTask({ path, ...options }))).code).toBe("USAGE");
    }
    expect((await failure(() => generateTask({ path, template: "bsic" }))).remedy).toContain("Did you mean basic?");
    expect(readdirSync(folder.path())).toEqual([]);
  });
});
