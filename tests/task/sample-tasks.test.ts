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

  test("are all valid, and have tests of success and failure", async () => {
    const { tasks, problems } = await validateTask("tasks");
    expect(problems).toEqual([]);
    expect(tasks).toHaveLength(7);
    for (const task of (await loadCollection("tasks")).tasks) {
      expect((await task.tests()).tests.length).toBeGreaterThan(1);
    }
  });
});
