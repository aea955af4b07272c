import { afterEach, beforeEach, expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { secretForms } from "../../src/secrets/masking/forms.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const VALUE = 'known "value" of a/secret+ü';
const HMAC = "key-of-the-sender";
const TOKEN = "token-of-the-sender";
const reversed = (text: string) => [...text].reverse().join("");

let place: Workplace;
let server: ServeProcess;
beforeEach(async () => {
  place = newWorkplace();
  // It shows what it got without showing it.
  const reverse =
    "(input) => JSON.stringify(input, (name, value) => typeof value === 'string' ? [...value].reverse().join('') : value)";
  place.writeTask("reverse", reverse);
  place.writeTask("other", reverse);
  for (const [name, stdin] of Object.entries({ VALUE, HMAC, TOKEN })) {
    await place.ratchet(["secrets", "set", name], { stdin });
  }
  server = await place.serve();
});
afterEach(() => place[Symbol.dispose]());

const create = async (webhook: JsonObject) =>
  expect((await server.call("POST", "/api/v1/webhooks", { task: "reverse", ...webhook })).status).toBe(201);
const BY_TOKEN = { verification: { type: "token", secret: "TOKEN" } };

async function deliver(name: string, body: string, headers: Record<string, string>) {
  const response = await fetch(`${server.url}/hooks/${name}`, { method: "POST", body, headers });
  const text = await response.text();
  return { status: response.status, text, jobId: (JSON.parse(text) as { job?: { id: number } }).job?.id ?? 0 };
}
const withToken = { authorization: `Bearer ${TOKEN}` };
const outputOf = async (id: number) =>
  JSON.parse(
    String((await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed")).output),
  ) as unknown;
const replay = (name: string, id: unknown) => server.call("POST", `/api/v1/webhooks/${name}/deliveries/${id}/replay`);
const deliveries = async (name: string) =>
  (await server.call("GET", `/api/v1/webhooks/${name}/deliveries?order=asc`)).body.items as JsonObject[];

/** Forms of secrets in the files of the database, and in what the API shows of deliveries. */
async function leaks(...texts: string[]): Promise<string[]> {
  for (const file of readdirSync(place.folder).filter((name) => name.startsWith("ratchet.db"))) {
    texts.push(readFileSync(join(place.folder, file), "utf8"), readFileSync(join(place.folder, file), "latin1"));
  }
  return [VALUE, HMAC, TOKEN].flatMap((value) =>
    secretForms(value).flatMap(({ id, text }) =>
      texts.some((one) => one.includes(text)) ? [`${value} as ${id}`] : [],
    ),
  );
}

test("bodies and headers are stored without secrets, and a replay gives the task the values", async () => {
  await create({ name: "json", ...BY_TOKEN });
  await create({
    name: "mapped",
    ...BY_TOKEN,
    input: { here: "/body/deep/1", header: "/headers/x-note", own: `literal ${VALUE}` },
  });
  const body = JSON.stringify({ a: VALUE, deep: [1, `in ${VALUE} text`], text: JSON.stringify({ VALUE }) });
  const headers = { ...withToken, "x-note": `note ${HMAC}`, cookie: "a=b", "x-api-key": "unknown-credential" };
  for (const name of ["json", "mapped"]) {
    const { status, jobId } = await deliver(name, body, headers);
    expect(status).toBe(202);
    const expected =
      name === "json"
        ? { a: reversed(VALUE), deep: [1, reversed(`in ${VALUE} text`)], text: reversed(JSON.stringify({ VALUE })) }
        : { here: reversed(`in ${VALUE} text`), header: reversed(`note ${HMAC}`), own: reversed(`literal ${VALUE}`) };
    expect(await outputOf(jobId)).toEqual(expected);
    const [delivery] = await deliveries(name);
    const again = await replay(name, delivery?.id);
    expect(again.status).toBe(202);
    expect(await outputOf((again.body.job as { id: number }).id)).toEqual(expected);
    expect(Object.keys(delivery?.headers as object)).toContain("x-note");
    for (const header of ["authorization", "cookie", "x-api-key"]) expect(delivery?.headers).not.toHaveProperty(header);
  }
  const shown = await fetch(`${server.url}/api/v1/webhooks/mapped`);
  expect(await leaks(JSON.stringify(await deliveries("json")), await shown.text())).toEqual([]);
});

test("a form and bytes that are no text are stored without secrets, too", async () => {
  await create({ name: "github", verification: { type: "github", secret: "HMAC" } });
  const body = new URLSearchParams({ payload: JSON.stringify({ VALUE }) }).toString();
  const signature = `sha256=${createHmac("sha256", HMAC).update(body).digest("hex")}`;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-hub-signature-256": signature,
    "x-github-delivery": `id of ${VALUE.slice(0, 1)}${TOKEN}`,
  };
  const first = await deliver("github", body, headers);
  expect(first.status).toBe(202);
  // The id is masked, and a repetition is still found.
  expect((await deliver("github", body, headers)).jobId).toBe(first.jobId);
  const [delivery] = await deliveries("github");
  expect(delivery).toMatchObject({
    repeats: 1,
    deliveryId: expect.stringMatching(/^id of k\[secret TOKEN:[\w-]{12}\]$/),
  });
  const again = await replay("github", delivery?.id);
  expect(await outputOf((again.body.job as { id: number }).id)).toEqual({ VALUE: reversed(VALUE) });
  const text = JSON.stringify(await deliveries("github"));
  expect(text).not.toContain(signature);
  expect(await leaks(text)).toEqual([]);
});

test("a refused delivery leaves no secret", async () => {
  place.write("tasks/strict/input.schema.json", JSON.stringify({ type: "object", properties: { a: { const: 1 } } }));
  await create({ name: "token", ...BY_TOKEN });
  const wrong = await deliver("token", VALUE, {
    authorization: `Bearer ${HMAC}`,
    "x-note": VALUE.replace("ü", "u"),
    "x-own": HMAC,
  });
  expect(wrong.status).toBe(401);
  const noJson = await deliver("token", `{"a": ${VALUE}`, { ...withToken, "x-own": TOKEN });
  expect(noJson.status).toBe(400);
  const text = JSON.stringify(await deliveries("token"));
  expect(text).toContain("The token is wrong.");
  expect(text).toContain("{{ratchet-secret:");
  expect(await leaks(text, wrong.text, noJson.text)).toEqual([]);
});

test("nobody can send what stands for a secret, and another task gets none", async () => {
  await create({ name: "json", ...BY_TOKEN });
  const standIn = "{{ratchet-secret:json:VALUE}}";
  expect((await deliver("json", JSON.stringify(standIn), withToken)).status).toBe(422);
  expect((await deliver("json", "1", { ...withToken, "x-note": standIn })).status).toBe(422);
  const template = { name: "template", task: "reverse", ...BY_TOKEN, input: { a: standIn } };
  expect((await server.call("POST", "/api/v1/webhooks", template)).status).toBe(400);
  expect((await deliver("json", JSON.stringify({ VALUE }), withToken)).status).toBe(202);
  const id = (await deliveries("json")).find(({ status }) => status === "accepted")?.id;
  expect((await server.call("PATCH", "/api/v1/webhooks/json", { task: "other" })).status).toBe(200);
  expect(await replay("json", id)).toMatchObject({
    status: 409,
    body: { detail: expect.stringContaining("has another task now") },
  });
  await create({ name: "own", ...BY_TOKEN, input: { own: VALUE } });
  const moved = await server.call("PATCH", "/api/v1/webhooks/own", { task: "other" });
  expect([moved.status, JSON.stringify(moved.body)]).toEqual([400, expect.stringContaining("/task")]);
  expect((await server.call("PATCH", "/api/v1/webhooks/own", { task: "other", input: { own: VALUE } })).status).toBe(
    200,
  );
});
