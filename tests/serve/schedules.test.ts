import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
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

test("a server that is killed misses no firing and makes none twice", async () => {
  const first = await place.serve();
  const id = await schedule(first, { task: "heartbeat", overlap: "allow_all" });
  const firings = `/api/v1/schedules/${id}/firings?limit=100`;
  await first.until(firings, (page) => items(page).length >= 2);
  await first.end("SIGKILL");
  await Bun.sleep(1_500);
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
}, 20_000);

test("a failure pauses a schedule that asks for it, and says which job it was", async () => {
  place.writeTask("bad", "() => { throw new ValidationError('no'); }");
  const server = await place.serve();
  const id = await schedule(server, { task: "bad", pauseOnFailure: true });
  const paused = await server.until(`/api/v1/schedules/${id}`, ({ enabled }) => enabled === false);
  expect(paused.pausedReason).toMatch(/^job \d+ failed$/);
  const resumed = await server.call("POST", `/api/v1/schedules/${id}/resume`);
  expect(resumed.body).toMatchObject({ enabled: true, pausedReason: null });
});
