import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { secretForms } from "../../src/secrets/masking/forms.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

/** One that is a valid host name, and one with characters that have other forms elsewhere. */
const PLAIN = "Pl4in-S3cret-Value";
const QUOTED = 'a "quoted" s3cret/value';
const VALUES = { PLAIN, QUOTED };

let place: Workplace;
let server: ServeProcess;
/** Everything that the server has shown. */
let shown: string[];
beforeEach(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => 1");
  place.writeTask("caller", CALLER);
  for (const [name, stdin] of Object.entries(VALUES)) await place.ratchet(["secrets", "set", name], { stdin });
  server = await place.serve();
  shown = [];
});
afterEach(() => place[Symbol.dispose]());

/** Calls hosts with secrets in every part of the address. */
const CALLER = `async ({ plain, quoted, closed }) => {
  const said = [];
  for (const url of [
    "http://" + plain + ".test/path", "http://user:" + plain + "@" + closed, "http://" + closed + "/" + plain,
    "http://" + closed + "/?q=" + encodeURIComponent(quoted), "ftp://" + plain + "/", "http://" + plain,
  ]) {
    try { await fetch(url); } catch (error) { said.push(String(error), String(error.cause?.message)); }
  }
  const error = new Error("with cause", { cause: Object.assign(new RangeError(plain), { cause: quoted }) });
  error.stack = "stack of " + plain;
  throw Object.assign(new AggregateError([error, new Error(quoted)], "several " + said.join()), { code: plain, name: quoted });
}`;

async function call(method: string, path: string, body?: JsonObject) {
  const response = await fetch(server.url + path, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  shown.push(text, JSON.stringify([...response.headers]));
  return { status: response.status, body: (text.startsWith("{") ? JSON.parse(text) : {}) as JsonObject };
}

/** Forms of secrets in what was shown and in the files of the workplace, without the programs of tasks. */
function leaks(): string[] {
  const texts = [...shown];
  for (const file of readdirSync(place.folder, { withFileTypes: true })) {
    if (file.isFile()) texts.push(readFileSync(join(place.folder, file.name), "utf8"));
  }
  return Object.entries(VALUES).flatMap(([name, value]) =>
    secretForms(value).flatMap(({ id, text }) =>
      texts.filter((one) => one.includes(text)).map((one) => `${name} as ${id}: ${excerpt(one, text)}`),
    ),
  );
}

function excerpt(text: string, part: string): string {
  const at = text.indexOf(part);
  return text.slice(Math.max(0, at - 80), at + 40);
}

test("keys and tags of jobs are masked, and are found by their values", async () => {
  const job = {
    task: "echo",
    idempotencyKey: `once ${PLAIN}`,
    uniqueKey: `unique ${QUOTED}`,
    concurrencyKey: PLAIN,
    tags: [`tag ${QUOTED}`, "plain"],
    runAt: "2099-01-01T00:00:00Z",
  };
  const { body: created } = await call("POST", "/api/v1/jobs", job);
  expect(created).toMatchObject({
    idempotencyKey: expect.stringMatching(/^once \[secret PLAIN:[\w-]{12}\]$/),
    uniqueKey: expect.stringMatching(/^unique \[secret QUOTED:[\w-]{12}\]$/),
    concurrencyKey: expect.stringMatching(/^\[secret PLAIN:[\w-]{12}\]$/),
    tags: [expect.stringMatching(/^tag \[secret QUOTED:[\w-]{12}\]$/), "plain"],
  });
  expect((await call("POST", "/api/v1/jobs", job)).body.id).toBe(created.id);
  const other = { task: "echo", uniqueKey: job.uniqueKey };
  expect((await call("POST", "/api/v1/jobs", other)).body.id).toBe(created.id);
  for (const [name, value] of Object.entries({ ...job, tag: `tag ${QUOTED}` })) {
    if (!/Key$|^tag$/.test(name)) continue;
    const found = await call("GET", `/api/v1/jobs?${name}=${encodeURIComponent(String(value))}`);
    expect([name, found.body.items]).toEqual([name, [expect.objectContaining({ id: created.id })]]);
  }
  const query = `query($tag: String) { jobs(tag: $tag) { total } }`;
  expect((await call("POST", "/graphql", { query, variables: { tag: `tag ${QUOTED}` } })).body).toEqual({
    data: { jobs: { total: 1 } },
  });
  const long = { task: "echo", idempotencyKey: `${"x".repeat(170)} ${PLAIN}`, tags: [`${"y".repeat(170)} ${PLAIN}`] };
  const { body: fitting } = await call("POST", "/api/v1/jobs", long);
  expect((await call("POST", "/api/v1/jobs", long)).body.id).toBe(fitting.id);
  const { body: limited } = await call("PUT", "/api/v1/queue/limits", { key: PLAIN, concurrency: 3 });
  expect(JSON.stringify(limited)).toContain("[secret PLAIN:");
  await call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { tag: `tag ${QUOTED}` } });
  expect((await call("GET", `/api/v1/jobs/${created.id}`)).body.status).toBe("cancelled");
  await call("GET", "/api/v1/audit");
  expect(leaks()).toEqual([]);
});

test("names and tags of schedules are masked, and notes of pauses", async () => {
  const schedule = {
    name: `nightly ${PLAIN}`,
    task: "echo",
    cron: "0 2 * * *",
    tags: [QUOTED],
    concurrencyKey: QUOTED,
  };
  const { body: created } = await call("POST", "/api/v1/schedules", { ...schedule, input: { a: QUOTED } });
  expect(created).toMatchObject({
    name: expect.stringMatching(/^nightly \[secret PLAIN:[\w-]{12}\]$/),
    tags: [expect.stringMatching(/^\[secret QUOTED:[\w-]{12}\]$/)],
  });
  expect((await call("POST", "/api/v1/schedules", schedule)).status).toBe(409);
  expect((await call("GET", `/api/v1/schedules/by-name/${encodeURIComponent(schedule.name)}`)).status).toBeLessThan(
    500,
  );
  expect((await call("PATCH", `/api/v1/schedules/${created.id}`, { name: `daily ${QUOTED}` })).body.name).toMatch(
    /^daily \[secret QUOTED:[\w-]{12}\]$/,
  );
  await call("POST", `/api/v1/schedules/${created.id}/trigger`, {});
  await call("POST", "/api/v1/queue/pause", { note: `because of ${PLAIN}` });
  await call("GET", "/api/v1/queue");
  await call("GET", "/api/v1/schedules");
  await call("GET", "/api/v1/jobs");
  expect(leaks()).toEqual([]);
});

test("names that are parts of addresses and logins are rejected, and not repeated", async () => {
  const verification = { type: "token", secret: "PLAIN" };
  expect((await call("POST", "/api/v1/webhooks", { name: PLAIN, task: "echo", verification })).status).toBe(400);
  expect((await call("POST", "/api/v1/keys", { name: PLAIN, role: "viewer" })).status).toBe(400);
  expect(
    (await call("POST", "/api/v1/users", { name: PLAIN, role: "viewer", password: "long enough for it" })).status,
  ).toBe(400);
  expect(leaks()).toEqual([]);
});

test("errors don't repeat secrets, whoever finds them", async () => {
  place.writeTask("strict", "(input) => 1");
  const schema = {
    type: "object",
    properties: { a: { const: QUOTED }, b: { pattern: `^${PLAIN}$` }, c: { enum: [PLAIN] } },
    additionalProperties: false,
  };
  place.write("tasks/strict/input.schema.json", JSON.stringify(schema));
  place.write("tasks/strict/output.schema.json", JSON.stringify({ const: PLAIN }));
  await call("POST", "/api/v1/registry/refresh", {});
  const bad = { task: "strict", input: { a: 1, b: "x", c: QUOTED, [PLAIN]: 1 } };
  await call("POST", "/api/v1/jobs", bad);
  await call("POST", "/api/v1/jobs/batch", { jobs: [bad] });
  await call("POST", "/api/v1/tasks/strict/execute", { input: {} });
  await call("POST", "/api/v1/tasks/strict/validate", { input: bad.input });
  for (const path of [
    `/api/v1/jobs/${PLAIN}`,
    `/api/v1/${PLAIN}`,
    `/api/v1/jobs?status=${PLAIN}`,
    `/api/v1/jobs?${PLAIN}=1`,
  ]) {
    const { status } = await call("GET", path);
    expect([path, status >= 400]).toEqual([path, true]);
  }
  await call("POST", "/api/v1/jobs", { task: "echo", priority: PLAIN, [PLAIN]: 1 });
  await call("POST", "/api/v1/schedules", { name: "x", task: PLAIN, cron: QUOTED });
  await call("POST", "/api/v1/schedules", { name: "x", task: "echo", cron: QUOTED, timezone: PLAIN });
  await call("DELETE", `/api/v1/secrets/${PLAIN.replaceAll("-", "_")}`);
  const queries: [string, JsonObject][] = [
    [`{ job(id: "${PLAIN}") { id } }`, {}],
    [`{ ${PLAIN.replaceAll("-", "_")} }`, {}],
    [`{ jobs(tag: "${PLAIN}" wrong`, {}],
    ["query($id: ID!) { job(id: $id) { id } }", { id: { PLAIN } }],
    ["query($id: ID!) { job(id: $id) { id } }", { id: PLAIN }],
    ["query($s: JobStatus) { jobs(status: [$s]) { total } }", { s: PLAIN }],
    [`query { jobs(status: [${PLAIN.replaceAll("-", "")}]) { total } }`, {}],
    [
      "mutation($i: ExecuteTaskInput!) { executeTask(input: $i) { id } }",
      { i: { task: PLAIN, tags: [QUOTED], x: QUOTED } },
    ],
  ];
  for (const [query, variables] of queries) {
    const { body } = await call("POST", "/graphql", { query, variables });
    expect([query, body.errors]).toEqual([query, expect.any(Array)]);
  }
  await call("POST", "/api/v1/login", { username: PLAIN, password: QUOTED });
  await call("GET", "/api/v1/audit");
  await call("GET", "/api/v1/registry/problems");
  expect(leaks()).toEqual([]);
});

test("failures of calls, causes, stacks, the ledger, metrics and events have no secrets", async () => {
  const events = new AbortController();
  const stream = await fetch(`${server.url}/api/v1/events`, { signal: events.signal });
  let seen = "";
  const reading = (async () => {
    for await (const piece of stream.body ?? []) seen += Buffer.from(piece).toString("utf8");
  })().catch(() => {});
  const closed = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const { port } = closed;
  await closed.stop(true);
  const input = { plain: PLAIN, quoted: QUOTED, closed: `127.0.0.1:${port}` };
  const { body: job } = await call("POST", "/api/v1/jobs", { task: "caller", input, maxRetries: 0 });
  await server.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "failed");
  await call("POST", "/api/v1/tasks/caller/execute", { input });
  for (const id of [1, 2]) {
    const { body: ledger } = await call("GET", `/api/v1/executions/${id}/ledger`);
    expect(JSON.stringify(ledger.origins)).toContain("http://[secret PLAIN].test");
    await call("GET", `/api/v1/executions/${id}`);
    await call("GET", `/api/v1/executions/${id}/logs`);
  }
  await call("GET", "/api/v1/http/origins");
  await call("GET", "/metrics");
  await call("GET", `/api/v1/jobs/${job.id}`);
  const replayed = await fetch(`${server.url}/api/v1/events`, {
    headers: { "last-event-id": "0" },
    signal: events.signal,
  });
  const first = await replayed.body?.getReader().read();
  shown.push(Buffer.from(first?.value ?? new Uint8Array(0)).toString("utf8"));
  events.abort();
  await reading;
  expect(seen).toContain("job.failed");
  shown.push(seen);
  const { stdout, stderr } = await server.end();
  shown.push(stdout, stderr);
  expect(leaks()).toEqual([]);
});
