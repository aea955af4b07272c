import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** 2 MB. */
const FILLER = Array.from(
  { length: 15_000 },
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
 * Tests that the main thread of the server does next to nothing of some work: the most that it computes for a single request
 * for /health meanwhile is a small part of what the process computes in all. The benchmark `responsiveness` holds the bar.
 */
async function expectWorkElsewhere(meanwhile: Promise<unknown>): Promise<void> {
  const { pid } = server.process;
  let over = false;
  void meanwhile.finally(() => {
    over = true;
  });
  const begin = processMs(pid);
  let longest = 0;
  do {
    const before = threadMs(pid, pid);
    await fetch(`${server.url}/health`);
    longest = Math.max(longest, threadMs(pid, pid) - before);
  } while (!over);
  expect(longest).toBeLessThan((processMs(pid) - begin) / 8);
}

/** Time on the processor of one thread, ms (proc_pid_schedstat(5)). */
function threadMs(pid: number, thread: number | string): number {
  return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1e6;
}

/** Time on the processor of all threads, ended ones too, ms (proc_pid_stat(5): utime and stime, in ticks of 10 ms). */
function processMs(pid: number): number {
  const status = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

function writeTask(label: string, program: string): void {
  const uuid = crypto.randomUUID();
  place.write(`tasks/${label}/main.ts`, program);
  place.write(
    `tasks/${label}/metadata.json`,
    JSON.stringify({ uuid, version: "1.0.0", label, description: label, limits: { memory: "256MB", time: "60s" } }),
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
    await expectWorkElsewhere(run);
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
    await expectWorkElsewhere(run);
    const { body } = await run;
    const message = expect.stringContaining(`main.ts:${source.split("\n").length}:`);
    expect(body).toMatchObject({ error: { code: "TASK_INVALID", message } });
  },
  120_000,
);
