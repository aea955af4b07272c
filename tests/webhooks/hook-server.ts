/** A server with webhooks, and what senders do. */
import { expect } from "bun:test";
import { createHmac } from "node:crypto";
import { Webhook } from "standardwebhooks";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ServeProcess, Workplace } from "../support/serve-process.ts";

const STANDARD = `whsec_${Buffer.from("a key of the tests").toString("base64")}`;
export const SECRETS = { STANDARD, HMAC: "hmac key", GITHUB: "github key", STRIPE: "whsec_stripe", TOKEN: "t0ken" };

/** A server with one task, whose output is its input. */
export async function start(place: Workplace): Promise<ServeProcess> {
  place.writeTask("echo", "export default (input) => input;");
  place.writeTask("sum", "export default ({ a, b }) => a + b;");
  place.write("tasks/sum/input.schema.json", JSON.stringify({ type: "object", required: ["a", "b"] }));
  place.writeTask("fail", "export default () => { throw new Error('private'); };");
  const server = await place.serve();
  for (const [name, value] of Object.entries(SECRETS)) {
    expect(await server.call("PUT", `/api/v1/secrets/${name}`, { value })).toMatchObject({ status: 201 });
  }
  return server;
}

export interface Sent {
  headers: Record<string, string>;
  body: string;
}

export async function deliver(server: ServeProcess, name: string, { headers, body }: Sent) {
  const response = await fetch(`${server.url}/hooks/${name}`, { method: "POST", headers, body });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: JSON.parse(text) };
}

export function standard(id: string, body: string, at = new Date(), secret = STANDARD): Sent {
  const headers = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1_000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return { headers, body };
}

/** Signs a delivery with a plain HMAC. */
export const hmac = (body: string, headers: Record<string, string> = {}): Sent => ({
  headers: { ...headers, "x-signature": createHmac("sha256", SECRETS.HMAC).update(body).digest("hex") },
  body,
});

export async function create(server: ServeProcess, webhook: JsonObject) {
  const created = await server.call("POST", "/api/v1/webhooks", webhook);
  expect(created).toMatchObject({ status: 201 });
  return created.body;
}

export const STANDARD_HOOK = { name: "orders", task: "echo", verification: { type: "standard", secret: "STANDARD" } };
export const deliveriesOf = async (server: ServeProcess, name: string) =>
  (await server.call("GET", `/api/v1/webhooks/${name}/deliveries?order=asc`)).body.items as JsonObject[];
export const jobsOf = async (server: ServeProcess) =>
  (await server.call("GET", "/api/v1/jobs?order=asc")).body.items as JsonObject[];
