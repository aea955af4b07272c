/** What people and other programs send to runs is stored and shown without the values of secrets. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

const place = newWorkplace();
let server: ServeProcess;
afterAll(() => place[Symbol.dispose]());

const SECRET = "correct-horse-battery";

beforeAll(async () => {
  place.writeTask("pays", 'async (_, context) => (await context.waitFor("paid")).token.length');
  place.writeTask(
    "asks",
    'async (_, context) => context.approve({ title: "Use " + atob("Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5") + "?" })',
  );
  place.writeTask("same", "(input) => input");
  place.writeTask(
    "begins",
    `async ({ secret, times = 0 }, context) => {
      const token = atob("Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5");
      if (times > 0) return secret === token;
      await context.call("same", { token }, { key: "key of " + token, label: "label " + token });
      await context.step("step " + token, () => token, { label: token });
      await context.emit("event " + token, { token });
      return context.continueAsNew({ secret: token, times: 1 });
    }`,
  );
  server = await place.serve();
  await server.call("PUT", "/api/v1/secrets/TOKEN", { value: SECRET });
}, 120_000);

const isWaiting = ({ waitingFor }: JsonObject) => Array.isArray(waitingFor) && waitingFor.length > 0;
const isOver = ({ status }: JsonObject) => ["completed", "failed", "cancelled"].includes(String(status));

async function waiting(task: string): Promise<JsonObject> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task, correlationKey: `key ${SECRET} of ${task}` });
  return server.until(`/api/v1/jobs/${String(body.id)}`, isWaiting);
}

test("a run gets the value of a signal, and nobody who reads its journal does", async () => {
  const job = await waiting("pays");
  expect(JSON.stringify(job)).not.toContain(SECRET);
  const key = encodeURIComponent(`key ${SECRET} of pays`);
  const sent = await server.call("POST", `/api/v1/signals/paid?correlationKey=${key}`, { token: SECRET });
  expect(sent).toMatchObject({ status: 202 });
  const done = await server.until(`/api/v1/jobs/${String(job.id)}`, isOver);
  expect(done).toMatchObject({ status: "completed", output: SECRET.length });
  const journal = await server.call("GET", `/api/v1/executions/${String(job.executionId)}/operations`);
  expect(JSON.stringify(journal.body)).toContain("TOKEN");
  expect(JSON.stringify(journal.body)).not.toContain(SECRET);
}, 60_000);

test("a run that begins again gets a secret in its input, and nobody who reads that does", async () => {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "begins", input: {} });
  const done = await server.until(`/api/v1/jobs/${String(body.id)}`, isOver);
  expect(done).toMatchObject({ status: "completed", output: true, attempts: 2 });
  expect(JSON.stringify(done)).not.toContain(SECRET);
  const { body: executions } = await server.call("GET", `/api/v1/executions?jobId=${String(body.id)}`);
  expect(JSON.stringify(executions)).not.toContain(SECRET);
}, 60_000);

test("an approval shows no secret, nor does what was decided", async () => {
  const job = await waiting("asks");
  expect(JSON.stringify(job.waitingFor)).not.toContain(SECRET);
  const { body } = await server.call("GET", "/api/v1/approvals?status=pending");
  const [asked] = body.items as JsonObject[];
  expect(asked?.title).toBe("Use [secret TOKEN]?");
  const decision = { decision: "approve", input: { token: SECRET }, comment: `with ${SECRET}` };
  const decided = await server.call("POST", `/api/v1/approvals/${String(asked?.id)}`, decision);
  expect(decided.body.comment).toBe("with [secret TOKEN]");
  const done = await server.until(`/api/v1/jobs/${String(job.id)}`, isOver);
  expect(done.status).toBe("completed");
  expect(JSON.stringify(done)).not.toContain(SECRET);
  await server.end("SIGTERM");
  const stored = ["", "-wal"].flatMap((end) => {
    try {
      return readFileSync(join(place.folder, `ratchet.db${end}`)).toString("latin1");
    } catch {
      return [];
    }
  });
  expect(stored.length).toBeGreaterThan(0);
  for (const text of stored) expect(text.includes(SECRET)).toBe(false);
}, 60_000);
