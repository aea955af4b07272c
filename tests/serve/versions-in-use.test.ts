/** A run keeps the version that it began with, also when its source has moved on, and the server says who runs on which. */

import { afterEach, beforeEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;

const SETTINGS = { RATCHET_EXECUTION_SLEEP_AFTER: "20ms", RATCHET_QUEUE_MISSING_TASK_WAIT: "1s" };
const CALLS_LATER = `async (_, context) => {
  const word = await context.waitFor("go");
  return [word, "old", await context.step("late", () => 1)];
}`;

const writeVersion = (version: string, word: string) =>
  place.writeTask("waits", CALLS_LATER.replace("old", word), { version });

beforeEach(async () => {
  place = newWorkplace();
  writeVersion("1.0.0", "old");
  server = await place.serve([], SETTINGS);
});
afterEach(() => place[Symbol.dispose]());

async function asleep(): Promise<JsonObject> {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "waits", input: null });
  expect(status).toBe(201);
  return server.until(`/api/v1/jobs/${body.id}`, (job) => job.status === "sleeping");
}

async function versions(): Promise<JsonObject[]> {
  return (await server.call("GET", "/api/v1/tasks/waits/versions")).body.items as JsonObject[];
}

const refresh = () => server.call("POST", "/api/v1/registry/sources/refresh");
const completed = ({ status }: JsonObject) => status === "completed" || status === "failed";

test("a sleeping run goes on with its version after another has taken its place, also after a restart", async () => {
  const [first, second] = [await asleep(), await asleep()];
  writeVersion("2.0.0", "new");
  await refresh();
  await server.until("/api/v1/tasks/waits", ({ version }) => version === "2.0.0");
  await server.call("POST", `/api/v1/jobs/${first.id}/signals/go`, 1);
  expect(await server.until(`/api/v1/jobs/${first.id}`, completed)).toMatchObject({ output: [1, "old", 1] });

  await server.end();
  server = await place.serve([], SETTINGS);
  await server.call("POST", `/api/v1/jobs/${second.id}/signals/go`, 2);
  expect(await server.until(`/api/v1/jobs/${second.id}`, completed)).toMatchObject({ output: [2, "old", 1] });
});

test("a sleeping run goes on when its task was deleted", async () => {
  const job = await asleep();
  rmSync(join(place.folder, "tasks/waits"), { recursive: true });
  await refresh();
  await server.until("/api/v1/tasks/waits", ({ inSync }) => inSync === false);
  await server.call("POST", `/api/v1/jobs/${job.id}/signals/go`, 3);
  expect(await server.until(`/api/v1/jobs/${job.id}`, completed)).toMatchObject({ output: [3, "old", 1] });
});

test("the versions of a task say who still runs on them", async () => {
  const jobs = [await asleep(), await asleep()];
  writeVersion("2.0.0", "new");
  await refresh();
  await server.until("/api/v1/tasks/waits", ({ version }) => version === "2.0.0");
  jobs.push(await asleep());
  await server.call("POST", `/api/v1/jobs/${jobs[1]?.id}/pause`);
  const none = { queued: 0, processing: 0, retrying: 0, sleeping: 0, paused: 0, needs_attention: 0 };
  expect(await versions()).toMatchObject([
    { version: "2.0.0", available: true, kept: true, unfinished: { ...none, sleeping: 1 } },
    { version: "1.0.0", available: false, kept: true, unfinished: { ...none, sleeping: 1, paused: 1 } },
  ]);
  const listed = await server.call("GET", "/api/v1/jobs?task=waits&version=1.0.0&status=sleeping");
  expect((listed.body.items as JsonObject[]).map(({ id }) => id)).toEqual([jobs[0]?.id ?? 0]);
  const printed = await place.ratchet(["tasks", "versions", "waits", "--server", server.url]);
  expect(printed.stdout).toContain("2.0.0");
  expect(printed.stdout).toMatch(/1\.0\.0\s+kept .*1 sleeping, 1 paused/);
});
