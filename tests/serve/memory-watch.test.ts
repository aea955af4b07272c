import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { metricSamples, scrape } from "../support/metrics.ts";
import { newWorkplace } from "../support/serve-process.ts";

const MEGABYTE = 1024 ** 2;
/** Fills memory, and holds it until it is cancelled. */
const HOLD = `async (megabytes) => {
  const kept = [];
  for (let index = 0; index < megabytes; index++) kept.push(new Uint8Array(1048576).fill(index + 1));
  await new Promise((resolve) => setTimeout(resolve, 600_000));
  return kept.length;
}`;

test("above memory.high caches are dropped, fewer jobs are claimed, and new work is refused until memory is free", async () => {
  using place = newWorkplace();
  place.writeTask("hold", HOLD, { limits: { memory: "128MB", time: "10m" } });
  place.writeTask("quick", "(function () { return 1; })");
  const server = await place.serve([], { RATCHET_MEMORY_HIGH: "400MB" });
  const metric = async (name: string) => {
    const sample = metricSamples(await scrape(server.url)).find((one) => one.name === name);
    return sample?.value ?? Number.NaN;
  };
  expect(await metric("ratchet_memory_high_bytes")).toBe(400 * MEGABYTE);
  expect(await metric("ratchet_memory_level")).toBe(0);
  expect((await server.call("POST", "/api/v1/tasks/quick/execute", {})).status).toBe(200);
  const jobs = Array.from({ length: 8 }, () => ({ task: "hold", input: 80, maxRetries: 0 }));
  await server.call("POST", "/api/v1/jobs/batch", { jobs });
  await eventually(async () => (await metric("ratchet_memory_level")) === 3);

  const response = await fetch(`${server.url}/api/v1/jobs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ task: "quick" }),
  });
  expect([response.status, Number(response.headers.get("retry-after")) > 0]).toEqual([503, true]);
  expect(await response.json()).toMatchObject({ code: "MEMORY_HIGH" });
  const ready = await server.call("GET", "/ready");
  expect(ready).toMatchObject({ status: 503, body: { status: "not ready", reasons: ["memory"] } });
  expect((await server.call("GET", "/api/v1/jobs")).status).toBe(200);
  const text = await scrape(server.url);
  expect(text).toContain('ratchet_work_refused_total{reason="memory"} 1\n');
  expect(await metric("ratchet_cache_drops_total")).toBeGreaterThan(0);
  expect(await metric("ratchet_task_cache_purged_total")).toBeGreaterThan(0);
  for (const step of ["caches_dropped", "claiming_slowed", "work_refused"]) {
    await server.complained(new RegExp(`"message":"memory is .*above memory.high.*"step":"${step}"`));
  }

  const { body: stats } = await server.call("GET", "/api/v1/stats");
  const memory = stats.memory as Record<string, number | string>;
  expect(memory).toMatchObject({ level: "work_refused", highBytes: 400 * MEGABYTE });
  expect(Number(memory.executionBytes)).toBeGreaterThan(80 * MEGABYTE);
  expect(Number(memory.residentBytes)).toBeGreaterThan(Number(memory.executionBytes));
  expect(Number(memory.cacheDrops)).toBeGreaterThan(0);

  await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { task: "hold" } });
  await eventually(async () => (await metric("ratchet_memory_level")) === 0);
  await server.written('"message":"memory is below memory.high again"');
  expect((await server.call("GET", "/ready")).status).toBe(200);
  expect((await server.call("POST", "/api/v1/tasks/quick/execute", {})).status).toBe(200);
}, 120_000);

test("memory.high: off is no watch", async () => {
  using place = newWorkplace();
  const server = await place.serve([], { RATCHET_MEMORY_HIGH: "off" });
  const text = await scrape(server.url);
  expect(text).toContain("ratchet_memory_level 0\n");
  expect(text).not.toMatch(/^ratchet_memory_high_bytes /m);
}, 120_000);
