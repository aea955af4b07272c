import { afterEach, beforeEach, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const FIRST = "first-value-of-1234";
const SECOND = "second-value-of-5678";
const THIRD = "third-value-of-9012";
const TOKEN = "token-of-the-sender";
const reversed = (text: string) => [...text].reverse().join("");

let place: Workplace;
let server: ServeProcess;
beforeEach(async () => {
  place = newWorkplace();
  // It shows what it got without showing it, and logs it as it is.
  place.writeTask(
    "reverse",
    "(input) => { console.log(JSON.stringify(input)); return [...JSON.stringify(input)].reverse().join(''); }",
  );
  place.writeTask("strict", "() => 1");
  await set("TOKEN", TOKEN);
  await set("VALUE", FIRST);
  server = await place.serve();
});
afterEach(() => place[Symbol.dispose]());

const set = (name: string, stdin: string) => place.ratchet(["secrets", "set", name], { stdin });

async function create(name: string, members: JsonObject = {}): Promise<void> {
  const webhook = { name, task: "reverse", verification: { type: "token", secret: "TOKEN" }, ...members };
  expect((await server.call("POST", "/api/v1/webhooks", webhook)).status).toBe(201);
}

async function deliver(name: string, body: unknown, headers: Record<string, string> = {}): Promise<JsonObject> {
  const response = await fetch(`${server.url}/hooks/${name}`, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
  });
  return { status: response.status, ...((await response.json()) as JsonObject) };
}

const jobIdOf = (body: JsonObject) => (body.job as { id?: number } | undefined)?.id;

async function replay(name: string): Promise<number | undefined> {
  const { body: list } = await server.call("GET", `/api/v1/webhooks/${name}/deliveries?order=asc`);
  const [first] = list.items as JsonObject[];
  const { status, body } = await server.call("POST", `/api/v1/webhooks/${name}/deliveries/${first?.id}/replay`);
  expect(status).toBe(202);
  return jobIdOf(body);
}

async function inputOf(id: unknown): Promise<unknown> {
  const job = await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed");
  shown.push(JSON.stringify(job));
  return JSON.parse(reversed(String(job.output)));
}

let shown: string[] = [];

/** Values in what was shown and in the files of the database. */
async function leaks(): Promise<string[]> {
  await server.end();
  for (const file of readdirSync(place.folder).filter((name) => name.startsWith("ratchet.db"))) {
    shown.push(readFileSync(join(place.folder, file), "latin1"));
  }
  const found = [FIRST, SECOND, THIRD].filter((value) => shown.some((text) => text.includes(value)));
  shown = [];
  return found;
}

test("a replay stores no value that was changed or removed since the delivery", async () => {
  await create("plain");
  const body = { text: `key ${FIRST}`, nested: JSON.stringify({ FIRST }) };
  expect(await inputOf(jobIdOf(await deliver("plain", body)))).toEqual(body);
  await set("VALUE", SECOND);
  expect(await inputOf(await replay("plain"))).toEqual(body);
  await place.ratchet(["secrets", "rm", "VALUE"]);
  expect(await inputOf(await replay("plain"))).toEqual(body);
  await place.ratchet(["secrets", "rm", "TOKEN"]);
  expect(await inputOf(await replay("plain"))).toEqual(body);
  expect(await leaks()).toEqual([]);
});

test("a template keeps its old value out of the inputs of new deliveries, next to others of the same secret", async () => {
  await create("mapped", { input: { own: FIRST, body: "/body/a", note: "/headers/x-note" } });
  await set("VALUE", SECOND);
  const delivery = { a: `now ${SECOND}` };
  const expected = { own: FIRST, body: delivery.a, note: SECOND };
  expect(await inputOf(jobIdOf(await deliver("mapped", delivery, { "x-note": SECOND })))).toEqual(expected);
  await set("VALUE", THIRD);
  // The template has the first value, the delivery the second, and the third is known.
  expect(await inputOf(await replay("mapped"))).toEqual(expected);
  expect(await leaks()).toEqual([]);
});

test("a refusal does not repeat the old value of a template", async () => {
  await create("strict", { task: "strict", input: { own: { [`member ${FIRST}`]: 1 } } });
  await set("VALUE", SECOND);
  const schema = { type: "object", properties: { own: { type: "object", additionalProperties: false } } };
  place.write("tasks/strict/input.schema.json", JSON.stringify(schema));
  await server.end();
  server = await place.serve();
  const refused = await deliver("strict", 1);
  expect(refused.status).toBe(422);
  shown.push(JSON.stringify(refused));
  const { body } = await server.call("GET", "/api/v1/webhooks/strict/deliveries");
  expect(JSON.stringify(body)).toContain("[secret VALUE]");
  expect(await leaks()).toEqual([]);
});

test("a schedule that keeps its input does not repeat an old value when it is checked", async () => {
  const request = { name: "s", task: "strict", every: "1h", input: { [`member ${FIRST}`]: 1 } };
  const { body: schedule } = await server.call("POST", "/api/v1/schedules", request);
  await set("VALUE", SECOND);
  place.write("tasks/strict/input.schema.json", JSON.stringify({ type: "object", additionalProperties: false }));
  await server.end();
  server = await place.serve();
  const changed = await server.call("PATCH", `/api/v1/schedules/${schedule.id}`, { task: "strict" });
  expect(changed.status).toBe(422);
  expect(JSON.stringify(changed.body)).toContain("[secret VALUE]");
  shown.push(JSON.stringify(changed.body));
  expect(await leaks()).toEqual([]);
});
