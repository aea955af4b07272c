import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

const items = (body: JsonObject) => body.items as JsonObject[];

async function schedule(server: ServeProcess, more: JsonObject): Promise<number> {
  const { status, body } = await server.call("POST", "/api/v1/schedules", { name: "often", every: "1s", ...more });
  expect(status).toBe(201);
  return Number(body.id);
}

test("a server that is killed misses no firing and repeats none", async () => {
  const first = await place.serve();
  const id = await schedule(first, { task: "heartbeat", overlap: "allow_all" });
  const firings = `/api/v1/schedules/${id}/firings?limit=100`;
  const seen = await first.until(firings, (page) => items(page).length >= 2);
  await first.end("SIGKILL");
  // The next one is due while no server runs.
  const next = Date.parse(String(items(seen)[0]?.fireAt)) + 1_000;
  await eventually(() => Date.now() > next);
  const second = await place.serve();
  const made = items(await second.until(firings, (page) => items(page).length >= 5)).reverse();
  expect(made.every(({ status }) => status === "enqueued")).toBe(true);
  const times = made.map(({ fireAt }) => Date.parse(String(fireAt)));
  expect(times.slice(1).map((time, n) => time - (times[n] ?? 0))).toEqual(times.slice(1).map(() => 1_000));
  expect(new Set(made.map(({ jobId }) => jobId)).size).toBe(made.length);
  for (const { jobId } of made) {
    const job = await second.until(`/api/v1/jobs/${jobId}`, ({ finishedAt }) => finishedAt !== null);
    expect(job).toMatchObject({ status: "completed", scheduleId: id });
  }
}, 120_000);

test("pauseOnFailure pauses a schedule, and reports which job failed", async () => {
  place.writeTask("bad", "() => { throw new ValidationError('no'); }");
  const server = await place.serve();
  const id = await schedule(server, { task: "bad", pauseOnFailure: true });
  const paused = await server.until(`/api/v1/schedules/${id}`, ({ enabled }) => enabled === false);
  expect(paused.pausedReason).toMatch(/^job \d+ failed$/);
  const resumed = await server.call("POST", `/api/v1/schedules/${id}/resume`);
  expect(resumed.body).toMatchObject({ enabled: true, pausedReason: null });
});

test("a job, its events and its task have the firing time, also when retried, backfilled or triggered", async () => {
  place.writeTask(
    "when",
    `(input, context) => {
      if (context.attempt === 1 && input.fails) throw new NetworkError("once");
      return { scheduledAt: context.scheduledAt ?? "absent", has: "scheduledAt" in context };
    }`,
  );
  const server = await place.serve();
  const from = "2026-03-01T00:00:00Z";
  const id = await schedule(server, {
    task: "when",
    input: { fails: true },
    every: "24h",
    startAt: from,
    overlap: "allow_all",
  });
  const done = (job: unknown) => server.until(`/api/v1/jobs/${job}`, ({ finishedAt }) => finishedAt !== null);
  const filled = await server.call("POST", `/api/v1/schedules/${id}/backfill`, { from, to: "2026-03-02T00:00:00Z" });
  for (const { jobId, fireAt } of items(filled.body)) {
    const job = await done(jobId);
    expect(job).toMatchObject({ status: "completed", scheduledAt: fireAt, output: { scheduledAt: fireAt, has: true } });
    expect(Number(job.attempts)).toBe(2);
    const query = `{ job(id: ${jobId}) { scheduledAt } }`;
    expect((await server.call("POST", "/graphql", { query })).body).toMatchObject({
      data: { job: { scheduledAt: fireAt } },
    });
  }
  const triggered = await server.call("POST", `/api/v1/schedules/${id}/trigger`);
  const { scheduledAt, createdAt } = triggered.body;
  expect(scheduledAt).toBe(createdAt);
  expect((await done(triggered.body.id)).output).toMatchObject({ scheduledAt });
  const plain = await server.call("POST", "/api/v1/jobs", { task: "when", input: {} });
  expect(plain.body.scheduledAt).toBeNull();
  expect((await done(plain.body.id)).output).toEqual({ scheduledAt: "absent", has: false });
}, 120_000);
