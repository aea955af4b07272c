import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { NORMAL_PAGES } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const MB = 1024 * 1024;
const BUDGET_MB = 100;
/** The server itself, its compiled code, and pieces that are on their way between it and the kernel. */
const BESIDE_MB = 260;
const BODY = new Uint8Array(8 * MB).fill(0x61);

// Its connections wait while there is no room for what it sends.
const large = Bun.serve({ port: 0, hostname: "127.0.0.1", idleTimeout: 0, fetch: () => new Response(BODY) });
let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask(
    "holds",
    "async (url) => { const all = await Promise.all([1, 2, 3, 4].map(() => fetch(url))); return all.map((r) => r.status); }",
  );
  server = await place.serve([], { RATCHET_EXECUTION_MEMORY_BUDGET: `${BUDGET_MB}MB`, ...NORMAL_PAGES });
});
afterAll(async () => {
  place[Symbol.dispose]();
  await large.stop(true);
});

/** The largest memory the server had, MB. */
const peak = () => {
  const status = readFileSync(`/proc/${server.process.pid}/status`, "utf8");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
};

test.skipIf(process.platform !== "linux")(
  "12 executions that hold 32 MB of responses each stay within the budget, and all complete",
  async () => {
    const execute = () => server.call("POST", "/api/v1/tasks/holds/execute", { input: String(large.url) });
    const responses = await Promise.all(Array.from({ length: 12 }, execute));
    for (const { body } of responses) expect(body).toMatchObject({ success: true, output: [200, 200, 200, 200] });
    expect(peak()).toBeLessThan(BUDGET_MB + BESIDE_MB);
  },
  120_000,
);
