import { describe, expect, test } from "bun:test";
import { loadCollection } from "../../src/task/load.ts";
import { validateTask } from "../../src/task/validate.ts";

describe("the sample tasks", () => {
  test("all exist, each named like its folder", async () => {
    const { tasks } = await loadCollection("tasks");
    expect(tasks.map(({ metadata, origin }) => [origin, metadata.label])).toEqual(
      [
        "addition",
        "greeting",
        "http-get",
        "oauth-client-credentials",
        "parallel-fetch",
        "typescript-stats",
        "weather",
      ].map((name) => [`tasks/${name}`, name]),
    );
  });

  test("are all valid except the broken one, and have tests of success and failure", async () => {
    const { tasks, problems } = await validateTask("tasks");
    expect(new Set(problems.map(({ file }) => file.split("/")[1]))).toEqual(new Set(["broken"]));
    expect(tasks).toHaveLength(8);
    for (const task of (await loadCollection("tasks")).tasks) {
      expect((await task.tests()).tests.length).toBeGreaterThan(1);
    }
  });
});
