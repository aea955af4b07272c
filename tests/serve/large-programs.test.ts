import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** No request may be held up for longer by one task, ms. */
const BAR_MS = 100;

/** 6.2 MB. */
const FILLER = Array.from(
  { length: 45_000 },
  (_, i) =>
    `keep(function f${i}(a: number, b: string) {\n  const list = [a, b, "text", \`t\${a}\`];\n  return list.map((one) => one + 1).filter(Boolean);\n});\n`,
).join("");
const KEEP = "let kept: unknown;\nfunction keep(value: unknown): void {\n  kept = value;\n}\n";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  server = await place.serve();
  // The first execution starts the engine.
  await server.call("POST", "/api/v1/tasks/heartbeat/execute", { input: {} });
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
});

/**
 * The most that the server's main thread worked while it answered a single request for /health and something else went on,
 * ms. The time on the clock would depend on what else the machine does.
 */
async function longestWork(meanwhile: Promise<unknown>): Promise<number> {
  let over = false;
  void meanwhile.finally(() => {
    over = true;
  });
  let longest = 0;
  do {
    const before = mainThreadMs();
    await fetch(`${server.url}/health`);
    longest = Math.max(longest, mainThreadMs() - before);
  } while (!over);
  return longest;
}

/** Time on the processor of the server's main thread, ms (proc_pid_schedstat(5)). */
function mainThreadMs(): number {
  const { pid } = server.process;
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

function writeTask(label: string, program: string): void {
  const uuid = crypto.randomUUID();
  place.write(`tasks/${label}/main.ts`, program);
  place.write(
    `tasks/${label}/metadata.json`,
    JSON.stringify({ uuid, version: "1.0.0", label, description: label, limits: { memory: "256MB", time: "20s" } }),
  );
}

const known = (label: string) =>
  server.until("/api/v1/tasks", ({ items }) => (items as JsonObject[]).some((task) => task.label === label));

test.skipIf(process.platform !== "linux")(
  "a large program that fails holds up nothing, and its lines are right",
  async () => {
    const source = `${KEEP}${FILLER}export default (): never => {\n  throw new Error("far down");\n};`;
    writeTask("large", source);
    await known("large");
    const run = server.call("POST", "/api/v1/tasks/large/execute", { input: {} });
    expect(await longestWork(run)).toBeLessThan(BAR_MS);
    const { body } = await run;
    expect(body).toMatchObject({
      status: "failed",
      error: {
        code: "TASK_FAILED",
        guest: { stack: expect.stringContaining(`main.ts:${source.split("\n").length - 1}:`) },
      },
    });
  },
  120_000,
);

test.skipIf(process.platform !== "linux")(
  "a large program that does not parse holds up nothing, and says where it is wrong",
  async () => {
    const source = `${KEEP}${FILLER}function (`;
    writeTask("broken", source);
    await known("broken");
    const run = server.call("POST", "/api/v1/tasks/broken/execute", { input: {} });
    expect(await longestWork(run)).toBeLessThan(BAR_MS);
    const { body } = await run;
    const message = expect.stringContaining(`main.ts:${source.split("\n").length}:`);
    expect(body).toMatchObject({ error: { code: "TASK_INVALID", message } });
  },
  120_000,
);
