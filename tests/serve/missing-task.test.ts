import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { renameSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => 'one ' + input", { version: "1.1.0" });
  place.writeTask("other", "() => 1");
});
afterEach(() => place[Symbol.dispose]());

const here = () => join(place.folder, "tasks/echo");
const away = () => join(place.folder, "echo-away");

async function takeAway(server: ServeProcess): Promise<void> {
  renameSync(here(), away());
  await server.until("/api/v1/tasks/echo", ({ inSync }) => inSync === false);
}

/** Jobs that do not start before the queue is resumed. */
async function makeJobs(server: ServeProcess, more: object = {}): Promise<number[]> {
  expect((await server.call("POST", "/api/v1/queue/pause")).status).toBe(200);
  const jobs = Array.from({ length: 20 }, (_, n) => ({ task: "echo", input: n, maxRetries: 0, ...more }));
  const { status, body } = await server.call("POST", "/api/v1/jobs/batch", { jobs });
  expect(status).toBe(201);
  return (body.jobs as { id: number }[]).map(({ id }) => id);
}

async function resume(server: ServeProcess): Promise<void> {
  expect((await server.call("POST", "/api/v1/queue/resume")).status).toBe(200);
}

const explained = (server: ServeProcess, id: number | undefined, reason: string) =>
  server.until(`/api/v1/jobs/${id}/explain`, (explanation) => explanation.reason === reason);

test("jobs wait for a missing task, report that, and start as soon as it is back", async () => {
  const server = await place.serve();
  const ids = await makeJobs(server);
  await takeAway(server);
  await resume(server);
  const explanation = await explained(server, ids[0], "task_missing");
  expect(explanation.message).toContain("No source has the task. The job waits for it until 20");
  const left = Date.parse(String(explanation.until)) - Date.now();
  expect(left).toBeGreaterThan(500_000);
  expect(left).toBeLessThan(601_000);
  const shown = await place.ratchet(["jobs", "show", String(ids[0]), "--server", server.url]);
  expect(shown.stdout).toContain("No source has the task. The job waits for it until");
  // Others are not held up, nothing is tried meanwhile, and a restart changes nothing.
  const other = await server.call("POST", "/api/v1/jobs", { task: "other" });
  await server.until(`/api/v1/jobs/${other.body.id}`, ({ status }) => status === "completed");
  const waiting = await server.call("GET", `/api/v1/jobs/${ids[0]}`);
  expect(waiting.body).toMatchObject({ status: "queued", retries: 0, error: null });
  expect((await server.end()).code).toBe(0);
  const again = await place.serve();
  const later = await explained(again, ids[0], "task_missing");
  expect(later.until).toBe(explanation.until ?? null);
  const attempts = Number((await again.call("GET", `/api/v1/jobs/${ids[0]}`)).body.attempts);
  expect(attempts).toBeLessThanOrEqual(1);
  renameSync(away(), here());
  await again.until("/api/v1/tasks/echo", ({ inSync }) => inSync === true);
  for (const id of ids) await again.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed");
  const { body: done } = await again.call("GET", `/api/v1/jobs/${ids[0]}`);
  expect(done).toMatchObject({ retries: 0, output: "one 0" });
  expect((await again.end()).code).toBe(0);
  expect((await place.ratchet(["db", "check"])).code).toBe(0);
}, 120_000);

test("a job fails with TASK_NOT_FOUND when the wait is over, once", async () => {
  const server = await place.serve([], { RATCHET_QUEUE_MISSING_TASK_WAIT: "700ms" });
  const [id] = await makeJobs(server, { maxRetries: 3 });
  await takeAway(server);
  await resume(server);
  const job = await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "failed");
  expect(job).toMatchObject({ retries: 0, error: { code: "TASK_NOT_FOUND" } });
  expect(Date.parse(String(job.finishedAt)) - Date.parse(String(job.runAt))).toBeGreaterThanOrEqual(700);
  expect((await server.end()).code).toBe(0);
  expect((await place.ratchet(["db", "check"])).code).toBe(0);
});

test("a pinned version runs after its folder has moved on, even after a restart", async () => {
  const server = await place.serve();
  const pinned = await makeJobs(server, { version: "1.1.0" });
  const newest = await makeJobs(server);
  const schedule = { name: "pinned", task: "echo", version: "1.1.0", every: "1h", input: "by schedule" };
  const { body: made } = await server.call("POST", "/api/v1/schedules", schedule);
  place.writeTask("echo", "(input) => 'two ' + input", { version: "2.0.0" });
  await server.until("/api/v1/tasks/echo", ({ version }) => version === "2.0.0");
  expect((await server.end()).code).toBe(0);
  const again = await place.serve();
  await resume(again);
  const outputOf = async (id: number | undefined) =>
    (await again.until(`/api/v1/jobs/${id}`, ({ finishedAt }) => finishedAt !== null)).output;
  for (const [n, id] of pinned.entries()) expect(await outputOf(id)).toBe(`one ${n}`);
  for (const [n, id] of newest.entries()) expect(await outputOf(id)).toBe(`two ${n}`);
  await again.call("POST", `/api/v1/schedules/${made.id}/trigger`);
  const { items } = await again.until(`/api/v1/jobs?scheduleId=${made.id}`, ({ items }) => {
    return (items as { status: string }[]).some(({ status }) => status === "completed");
  });
  expect(await outputOf((items as { id: number }[])[0]?.id)).toBe("one by schedule");
  const unknown = await again.call("POST", "/api/v1/jobs", { task: "echo", version: "9.9.9", input: 1 });
  expect(unknown).toMatchObject({ status: 404, body: { code: "TASK_NOT_FOUND" } });
  expect((await again.end()).code).toBe(0);
}, 120_000);

test("jobs wait for a version that is not kept, as they do for a task", async () => {
  const server = await place.serve();
  const [id] = await makeJobs(server, { version: "1.1.0" });
  expect((await server.end()).code).toBe(0);
  const db = new Database(join(place.folder, "ratchet.db"));
  db.run("DELETE FROM kept_versions");
  db.close();
  place.writeTask("echo", "(input) => 'two ' + input", { version: "2.0.0" });
  const again = await place.serve();
  await resume(again);
  const { message } = await explained(again, id, "task_missing");
  expect(message).toContain("No source has version 1.1.0 of the task.");
  place.writeTask("echo", "(input) => 'one ' + input", { version: "1.1.0" });
  expect(await again.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed")).toMatchObject({
    output: "one 0",
    retries: 0,
  });
  expect((await again.end()).code).toBe(0);
}, 120_000);
