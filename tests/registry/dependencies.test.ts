/** A task with dependencies is served only while the sources have the tasks that it needs. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../src/domain/json.ts";
import { newFolder, remove, startRegistry, uuidOf, writeTask } from "./harness.ts";

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => remove(folder));

const configured = () => [{ name: "own", uri: `file://${folder}/tasks`, watch: false }];
const start = () => startRegistry({ configured: configured(), copies: join(folder, "copies") });

function write(label: string, version = "1.0.0", dependencies?: JsonValue): void {
  const path = join(folder, "tasks", `${label}-${version}`);
  writeTask(path, { label, version });
  const file = join(path, "metadata.json");
  const metadata = JSON.parse(readFileSync(file, "utf8")) as object;
  writeFileSync(file, JSON.stringify(dependencies === undefined ? metadata : { ...metadata, dependencies }));
}

const NEEDS = { stock: "^1.2.0", price: "*" };

test("a task whose dependencies are there runs", async () => {
  write("order", "1.0.0", NEEDS);
  write("stock", "1.4.0");
  write("price");
  await using found = await start();
  expect((await found.registry.open(uuidOf("order"), null)).version.label).toBe("order");
  expect(found.registry.sources()[0]?.problems).toEqual([]);
});

test("a missing one makes the task invalid, and says which until it is there", async () => {
  write("order", "1.0.0", NEEDS);
  write("stock", "1.1.0");
  write("prices");
  await using found = await start();
  const { registry } = found;
  await expect(registry.open(uuidOf("order"), null)).rejects.toMatchObject({
    code: "TASK_INVALID",
    problems: [
      {
        pointer: "/dependencies/stock",
        message: expect.stringContaining("in a version ^1.2.0; the sources have 1.1.0"),
      },
      { pointer: "/dependencies/price", message: expect.stringContaining('Did you mean "prices"?') },
    ],
  });
  const problems = registry.sources()[0]?.problems ?? [];
  expect(problems.map(({ severity, file }) => [severity, file.endsWith("order-1.0.0/metadata.json")])).toEqual([
    ["error", true],
    ["error", true],
  ]);
  // Others are not affected.
  expect((await registry.open(uuidOf("stock"), null)).version.version).toBe("1.1.0");
  write("stock", "1.2.0");
  write("price", "0.1.0");
  await registry.refresh();
  expect((await registry.open(uuidOf("order"), null)).version.label).toBe("order");
});

test("each version has its own dependencies, by label or uuid", async () => {
  write("order", "1.0.0", { [uuidOf("stock")]: ">=2.0.0" });
  write("order", "2.0.0", ["stock@1.x"]);
  write("stock", "1.1.0");
  await using found = await start();
  const { registry } = found;
  expect((await registry.open(uuidOf("order"), "2.0.0")).version.version).toBe("2.0.0");
  await expect(registry.open(uuidOf("order"), "1.0.0")).rejects.toMatchObject({ code: "TASK_INVALID" });
});

test("what is no range is a problem of the task", async () => {
  write("order", "1.0.0", { stock: "1.2.3.4" });
  write("stock");
  await using found = await start();
  await expect(found.registry.open(uuidOf("order"), null)).rejects.toMatchObject({
    code: "TASK_INVALID",
    problems: [{ pointer: "/dependencies/stock", message: expect.stringContaining("is no range") }],
  });
});
