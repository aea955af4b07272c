import { Database } from "bun:sqlite";
import { afterEach, beforeEach, expect, test } from "bun:test";
import { closeSync, openSync, renameSync, writeSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeEach(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => input");
  server = await place.serve();
});
afterEach(() => place[Symbol.dispose]());

const post = () => server.call("POST", "/api/v1/jobs", { task: "echo", input: "x".repeat(1_000) });

/** Whoever has pages of a database in memory reads them again, because another connection has written. */
function forgetPages(path: string): void {
  const other = new Database(path);
  const { user_version: version } = other.query("PRAGMA user_version").get() as { user_version: number };
  other.run(`PRAGMA user_version = ${version}`);
  other.close();
}

test("a database that is damaged while in use causes a clear 503, no 500, and does not stop the server", async () => {
  const batch = { jobs: Array.from({ length: 500 }, (_, n) => ({ task: "echo", input: `${n}`.repeat(100) })) };
  expect((await server.call("POST", "/api/v1/jobs/batch", batch)).status).toBe(201);
  await server.until("/api/v1/stats", ({ jobs }) => (jobs as { completed: number }).completed === 500);
  // What was written stands in the file itself then, and not in the log beside it.
  expect((await place.ratchet(["db", "vacuum"])).code).toBe(0);
  const path = join(place.folder, "ratchet.db");
  const file = openSync(path, "r+");
  writeSync(file, new Uint8Array(200 * 4_096).fill(0xa5), 0, 200 * 4_096, 4_096);
  closeSync(file);
  forgetPages(path);

  const asked = await Promise.all([
    server.call("GET", "/api/v1/jobs?limit=1000"),
    server.call("GET", "/api/v1/jobs/17"),
    server.call("GET", "/api/v1/executions/17"),
    server.call("GET", "/api/v1/tasks"),
    server.call("GET", "/api/v1/stats"),
    server.call("POST", "/api/v1/jobs/17/retry"),
    post(),
  ]);
  for (const { status, body } of asked) {
    expect({ status, code: body.code, detail: body.detail }).toEqual({
      status: 503,
      code: "ENVIRONMENT",
      detail: "The database ratchet.db is damaged.",
    });
  }
  const { body } = await server.call("POST", "/graphql", { query: "{ jobs { jobs { id } } }" });
  expect(body).toMatchObject({ errors: [{ extensions: { code: "ENVIRONMENT" } }] });
  expect((await server.call("GET", "/ready")).status).toBe(503);
  expect((await server.call("GET", "/health")).status).toBe(200);
  expect((await server.end()).code).toBe(0);
});

test("writes are rejected while the file of the database is gone", async () => {
  const path = join(place.folder, "ratchet.db");
  const { body } = await post();
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  renameSync(path, `${path}.away`);
  const answer = await eventually(async () => {
    const last = await post();
    return last.status === 201 ? undefined : last;
  });
  expect(answer).toMatchObject({ status: 503, body: { code: "ENVIRONMENT" } });
  expect(answer.body.detail).toContain("was deleted or replaced");
  expect((await server.call("GET", "/ready")).status).toBe(503);
  expect((await server.call("GET", `/api/v1/jobs/${body.id}`)).status).toBe(200);
  renameSync(`${path}.away`, path);
  await eventually(async () => (await post()).status === 201);
  await server.until("/api/v1/stats", ({ jobs }) => {
    const { queued, processing } = jobs as Record<string, number>;
    return queued === 0 && processing === 0;
  });
  expect((await server.end()).code).toBe(0);
  expect((await place.ratchet(["db", "check"])).stdout).toBe("sound\n");
}, 120_000);
