import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const OLD = "old-value-of-1234";
const NEW = "new-value-of-5678";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  // It declares nothing, and shows what it got without showing it.
  place.writeTask(
    "taker",
    "({ text, fail }) => { console.log(text); if (fail) throw new Error(text); return [...text].reverse().join(''); }",
  );
});
afterEach(() => place[Symbol.dispose]());

const set = (value: string) => place.ratchet(["secrets", "set", "HOST_SEC"], { stdin: value });
const reversed = (text: string) => [...text].reverse().join("");
const outputOf = async (server: ServeProcess, id: unknown) =>
  (await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed")).output;
const files = () =>
  readdirSync(place.folder)
    .filter((name) => name.startsWith("ratchet.db"))
    .map((name) => readFileSync(join(place.folder, name)).toString("latin1"))
    .join("");

test("a task gets what was sent, whatever becomes of the secret: a job, its retry, a schedule and a rerun", async () => {
  await set(OLD);
  const server = await place.serve();
  await server.call("POST", "/api/v1/queue/pause", {});
  const text = `key ${OLD}!`;
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "taker", input: { text } });
  expect(JSON.stringify(job.input)).toContain("{{ratchet-secret:json:HOST_SEC:");
  const { body: schedule } = await server.call("POST", "/api/v1/schedules", {
    name: "collector",
    task: "taker",
    every: "1h",
    input: { text },
  });
  const failed = await server.call("POST", "/api/v1/tasks/taker/execute", { input: { text, fail: true } });
  await set(NEW);
  const renamed = await server.call("PATCH", `/api/v1/schedules/${schedule.id}`, { task: "taker", priority: "low" });
  expect(renamed.status).toBe(200);
  const { body: fired } = await server.call("POST", `/api/v1/schedules/${schedule.id}/trigger`, {});
  await place.ratchet(["secrets", "rotate-key"]);
  await place.ratchet(["secrets", "rm", "HOST_SEC"]);
  await place.ratchet(["secrets", "rotate-key"]);
  await server.call("POST", "/api/v1/queue/resume", {});
  expect(await outputOf(server, job.id)).toBe(reversed(text));
  expect(await outputOf(server, (fired.job as { id?: number } | undefined)?.id ?? fired.id)).toBe(reversed(text));
  await server.end();
  // The key in the file opens the inputs after a restart, too, and without any secret.
  const again = await place.serve();
  const { body: later } = await again.call("POST", `/api/v1/schedules/${schedule.id}/trigger`, {});
  expect(await outputOf(again, (later.job as { id?: number } | undefined)?.id ?? later.id)).toBe(reversed(text));
  const { body: rerun } = await again.call("POST", `/api/v1/executions/${failed.body.executionId}/retry`, {});
  const done = await again.until(`/api/v1/jobs/${rerun.id}`, ({ error }) => error !== null);
  // What was a secret when it was sent is masked in what the task does with it.
  expect(JSON.stringify(done.error)).toContain("[secret HOST_SEC]");
  await again.end();
  expect(files()).not.toContain(OLD);
  expect(files()).not.toContain(NEW);
});

test("a database of the version before gets a key for inputs, and its secrets stay", async () => {
  await set(OLD);
  const database = new Database(join(place.folder, "ratchet.db"));
  database.run("DROP TABLE input_key");
  database.run("DELETE FROM schema_migrations WHERE version = 15");
  database.close();
  const server = await place.serve();
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "taker", input: { text: OLD } });
  expect(await outputOf(server, job.id)).toBe(reversed(OLD));
});

test("an escaped stand-in in a large input is rejected like a plain one", async () => {
  await set(OLD);
  const server = await place.serve();
  for (const start of ["{{", "\\u007b{", "{\\u007B"]) {
    const text = `{"task":"taker","input":{"text":"${start}ratchet-secret:json:HOST_SEC}}","fill":"${"x".repeat(80_000)}"}}`;
    const response = await fetch(`${server.url}/api/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: text,
    });
    expect([start, response.status]).toEqual([start, 422]);
  }
});
