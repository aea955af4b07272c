import { afterEach, beforeEach, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const FIRST = "first-value-of-1234";
const SECOND = "second-value-of-5678";

let place: Workplace;
let server: ServeProcess;
beforeEach(async () => {
  place = newWorkplace();
  place.writeTask("echo", "(input) => 1");
  await set(FIRST);
  await place.ratchet(["secrets", "set", "SENDER"], { stdin: "token-of-the-sender" });
  server = await place.serve();
});
afterEach(() => place[Symbol.dispose]());

const set = (stdin: string) => place.ratchet(["secrets", "set", "TOK"], { stdin });
const later = { task: "echo", runAt: "2099-01-01T00:00:00Z" };
const create = async (members: JsonObject) =>
  (await server.call("POST", "/api/v1/jobs", { ...later, ...members })).body as JsonObject & { id: number };
const total = async (query: Record<string, string>) =>
  ((await server.call("GET", `/api/v1/jobs?${new URLSearchParams(query)}`)).body.items as JsonObject[]).length;

test("keys that differ in the value of a secret are different, whatever the value is later", async () => {
  for (const member of ["idempotencyKey", "uniqueKey"]) {
    await set(FIRST);
    const first = await create({ [member]: `i${FIRST}` });
    expect([member, first[member]]).toEqual([member, expect.stringMatching(/^i\[secret TOK:[\w-]{12}\]$/)]);
    await set(SECOND);
    const second = await create({ [member]: `i${SECOND}` });
    const literal = await create({ [member]: "i[secret TOK]" });
    const guessed = await create({ [member]: "i[secret TOK:AAAAAAAAAAAA]" });
    expect([member, new Set([first.id, second.id, literal.id, guessed.id]).size]).toEqual([member, 4]);
    expect(literal[member]).toBe("i[secret TOK]");
    // A rotation of the master key changes nothing, and neither does a restart.
    await place.ratchet(["secrets", "rotate-key"]);
    expect((await create({ [member]: `i${SECOND}` })).id).toBe(second.id);
    await set(FIRST);
    await server.end();
    server = await place.serve();
    expect((await create({ [member]: `i${FIRST}` })).id).toBe(first.id);
    // Who reads a key can use it as it is shown.
    expect(await total({ [member]: String(first[member]) })).toBe(1);
  }
});

test("concurrency keys and tags that differ in the value of a secret are different", async () => {
  await create({ concurrencyKey: `c${FIRST}`, tags: [`t${FIRST}`] });
  await server.call("PUT", "/api/v1/queue/limits", { key: `c${FIRST}`, concurrency: 3 });
  await set(SECOND);
  await create({ concurrencyKey: `c${SECOND}`, tags: [`t${SECOND}`] });
  await create({ concurrencyKey: "c[secret TOK]", tags: ["t[secret TOK]"] });
  await server.call("PUT", "/api/v1/queue/limits", { key: `c${SECOND}`, concurrency: 4 });
  for (const value of [SECOND, "[secret TOK]"]) {
    expect([value, await total({ concurrencyKey: `c${value}` })]).toEqual([value, 1]);
    expect([value, await total({ tag: `t${value}` })]).toEqual([value, 1]);
  }
  const { body } = await server.call("GET", "/api/v1/queue");
  expect(JSON.stringify(body).match(/c\[secret TOK:[\w-]{12}\]/g)).toHaveLength(2);
  // Many jobs at once are chosen by the same tags.
  await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { tag: `t${SECOND}` } });
  expect(await total({ status: "cancelled" })).toBe(1);
});

test("names of schedules that differ in the value of a secret are different", async () => {
  const schedule = (value: string) => ({ name: `s${value}`, task: "echo", every: "1h" });
  expect((await server.call("POST", "/api/v1/schedules", schedule(FIRST))).status).toBe(201);
  expect((await server.call("POST", "/api/v1/schedules", schedule(FIRST))).status).toBe(409);
  await set(SECOND);
  expect((await server.call("POST", "/api/v1/schedules", schedule(SECOND))).status).toBe(201);
  expect((await server.call("POST", "/api/v1/schedules", schedule("[secret TOK]"))).status).toBe(201);
  expect((await server.call("POST", "/api/v1/schedules", schedule(SECOND))).status).toBe(409);
});

test("ids of deliveries that differ in the value of a secret are different", async () => {
  const webhook = { name: "hook", task: "echo", verification: { type: "token", secret: "SENDER" } };
  const created = await server.call("POST", "/api/v1/webhooks", { ...webhook, deduplication: { header: "x-id" } });
  expect([created.status, created.body.detail]).toEqual([201, undefined]);
  const deliver = async (id: string) => {
    const headers = { authorization: "Bearer token-of-the-sender", "x-id": id };
    const response = await fetch(`${server.url}/hooks/hook`, { method: "POST", body: "1", headers });
    return ((await response.json()) as { job: { id: number } }).job.id;
  };
  const first = await deliver(`d${FIRST}`);
  expect(await deliver(`d${FIRST}`)).toBe(first);
  await set(SECOND);
  const second = await deliver(`d${SECOND}`);
  const literal = await deliver("d[secret TOK]");
  expect(new Set([first, second, literal]).size).toBe(3);
  expect(await deliver(`d${SECOND}`)).toBe(second);
});
