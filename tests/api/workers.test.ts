/** The processes that work on the queue, with what they run. */

import { expect, test } from "bun:test";
import { hostname } from "node:os";
import { openEventStream } from "./event-stream.ts";
import { startServer } from "./start-server.ts";

test("a worker is listed with its jobs and direct executions, and without them when they have ended", async () => {
  await using server = await startServer();
  const [idle] = (await server.call("GET", "/api/v1/workers")).body.items;
  expect(idle).toMatchObject({ pid: process.pid, host: hostname(), running: [] });
  await using events = await openEventStream(`${server.url}/api/v1/events?types=execution.*`);
  await events.next();
  const job = await server.call("POST", "/api/v1/jobs", { task: "sleeping", input: { ms: 60_000 } });
  const abort = new AbortController();
  const direct = fetch(`${server.url}/api/v1/tasks/sleeping/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"input": {"ms": 60000}}',
    signal: abort.signal,
  }).catch(() => undefined);
  await events.nextOf("execution.started");
  await events.nextOf("execution.started");
  const [busy] = (await server.call("GET", "/api/v1/workers")).body.items;
  expect(busy.id).toBe(idle.id);
  expect(busy.running.map(({ jobId }: { jobId: number | null }) => jobId).sort()).toEqual([job.body.id, null].sort());
  expect(busy.running[0]).toMatchObject({ taskId: await server.taskId("sleeping"), attempt: 1 });
  await server.call("POST", `/api/v1/jobs/${job.body.id}/cancel`);
  abort.abort();
  await direct;
  await events.nextOf("execution.cancelled");
  await events.nextOf("execution.cancelled");
  expect((await server.call("GET", "/api/v1/workers")).body.items[0].running).toEqual([]);
});
