import { afterEach, beforeEach, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
  place.writeTask("sleep", "async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return 'done'; }");
});
afterEach(() => place[Symbol.dispose]());

/** Sends a signal, and waits until the server says that it is draining. */
async function drain(server: ServeProcess): Promise<void> {
  expect(await server.call("GET", "/ready")).toMatchObject({ status: 200, body: { status: "ready", reasons: [] } });
  server.process.kill("SIGTERM");
  await eventually(async () => (await server.call("GET", "/ready")).status === 503);
}

async function refusalOf(server: ServeProcess, path: string, body: unknown) {
  const response = await fetch(`${server.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const { code } = (await response.json()) as { code: string };
  return [response.status, code, Number(response.headers.get("retry-after")) > 0];
}

const REFUSED = [503, "DRAINING", true];

test("while jobs run the server listens, says why it is not ready, and takes no new work", async () => {
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 60_000 });
  const { body: schedule } = await server.call("POST", "/api/v1/schedules", {
    name: "nightly",
    task: "sleep",
    cron: "0 3 * * *",
    input: 1,
  });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "processing");
  await drain(server);
  const { body: ready } = await server.call("GET", "/ready");
  expect(ready).toMatchObject({ status: "draining", ready: false, reasons: ["draining"] });
  expect(ready.checks).toContainEqual({
    name: "worker",
    ok: false,
    reason: "draining",
    message: "The server is stopping, and takes no new work.",
  });
  expect((await server.call("GET", "/health")).status).toBe(200);
  expect(await refusalOf(server, "/api/v1/jobs", { task: "sleep", input: 1 })).toEqual(REFUSED);
  expect(await refusalOf(server, "/api/v1/jobs/batch", { jobs: [{ task: "sleep", input: 1 }] })).toEqual(REFUSED);
  expect(await refusalOf(server, "/api/v1/tasks/sleep/execute", { input: 1 })).toEqual(REFUSED);
  expect(await refusalOf(server, `/api/v1/schedules/${schedule.id}/trigger`, {})).toEqual(REFUSED);
  const query = 'mutation { executeTask(input: {task: "sleep", input: 1}) { id } }';
  const { body: graphql } = await server.call("POST", "/graphql", { query });
  expect(graphql.errors).toMatchObject([{ extensions: { code: "DRAINING" } }]);
  // What exists already can be read and changed.
  expect((await server.call("GET", `/api/v1/jobs/${body.id}`)).body.status).toBe("processing");
  expect((await server.call("POST", `/api/v1/jobs/${body.id}/cancel`)).status).toBe(200);
  await server.process.exited;
  expect(server.process.exitCode).toBe(0);
}, 120_000);

test("without jobs it listens for server.drain_delay", async () => {
  const server = await place.serve([], { RATCHET_SERVER_DRAIN_DELAY: "60s" });
  await drain(server);
  // It would have ended by now without the delay: nothing runs.
  for (let looks = 0; looks < 20; looks++) expect((await server.call("GET", "/health")).status).toBe(200);
  // The second signal does not wait.
  expect(await server.end("SIGTERM")).toMatchObject({ signal: "SIGTERM" });
}, 120_000);

test("it ends in good order when the delay is over", async () => {
  const server = await place.serve([], { RATCHET_SERVER_DRAIN_DELAY: "300ms" });
  expect(await server.end("SIGTERM")).toMatchObject({ code: 0, stderr: "" });
}, 120_000);
