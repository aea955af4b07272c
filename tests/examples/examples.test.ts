/** The examples in the docstrings of src/ are true. That they compile is checked with everything else. */
import { expect, test } from "bun:test";
import { writeExamples } from "./write.ts";

/** Files with the functions that the rest of the program begins with. */
const MAIN_ENTRY_POINTS = [
  "src/api/http/route.ts",
  "src/api/resources/resource.ts",
  "src/app/start-app.ts",
  "src/cli/framework/command.ts",
  "src/config/load.ts",
  "src/domain/errors.ts",
  "src/execution/execute.ts",
  "src/http/http-client.ts",
  "src/lib/duration.ts",
  "src/queue/queue.ts",
  "src/execution/retry-decision.ts",
  "src/registry/create-registry.ts",
  "src/sandbox/pool/pool.ts",
  "src/scheduler/next-firings.ts",
  "src/scheduler/scheduler.ts",
  "src/store/sqlite/open.ts",
  "src/task/load.ts",
];

const examples = writeExamples();

test("the main entry points have examples", () => {
  const files = new Set(examples.map(({ place }) => place.replace(/:.*/, "")));
  for (const file of MAIN_ENTRY_POINTS) expect(files).toContain(file);
});

for (const { place, claims, path } of examples) {
  test(`${place} is true`, async () => {
    expect(claims).toBeGreaterThan(0);
    await import(path);
  });
}
