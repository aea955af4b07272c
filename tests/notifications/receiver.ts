/** Receivers of notifications, and servers with rules. */
import { expect } from "bun:test";
import { Webhook } from "standardwebhooks";
import type { JsonObject } from "../../src/domain/json.ts";
import type { ServeProcess, Workplace } from "../support/serve-process.ts";

export const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A request as a receiver saw it. */
export interface Received {
  path: string;
  headers: Record<string, string>;
  text: string;
  body: ReturnType<typeof JSON.parse>;
  /** ms since the epoch. */
  at: number;
}

export interface Receiver extends Disposable {
  url: string;
  received: Received[];
  /** How it responds from now on, by path. */
  respond: (path: string) => Response | Promise<Response>;
  /** Resolves when there are so many requests to a path. */
  until(path: string, count: number): Promise<Received[]>;
}

export function startReceiver(port = 0): Receiver {
  const waiting = new Set<() => void>();
  const receiver: Omit<Receiver, "url" | typeof Symbol.dispose> = {
    received: [],
    respond: () => new Response("thanks"),
    async until(path, count) {
      for (;;) {
        const found = receiver.received.filter((one) => one.path === path);
        if (found.length >= count) return found;
        await new Promise<void>((resolve) => void waiting.add(resolve));
      }
    },
  };
  const server = Bun.serve({
    port,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    async fetch(request) {
      const path = new URL(request.url).pathname;
      const text = await request.text();
      const headers = Object.fromEntries(request.headers);
      receiver.received.push({ path, headers, text, body: JSON.parse(text), at: Date.now() });
      for (const resolve of [...waiting]) resolve();
      waiting.clear();
      return receiver.respond(path);
    },
  });
  return Object.assign(receiver, {
    url: server.url.origin,
    [Symbol.dispose]: () => void server.stop(true),
  });
}

export const webhook = (receiver: Receiver, path = "/hook") => ({
  type: "webhook",
  url: `${receiver.url}${path}`,
  secret: SECRET,
});

/** Verifies a request with the reference library. */
export const verified = ({ text, headers }: Received) => new Webhook(SECRET).verify(text, headers) as JsonObject;

/** A task that fails unless its input says otherwise. */
export async function startWithTasks(place: Workplace, env: Record<string, string> = {}): Promise<ServeProcess> {
  place.writeTask(
    "flaky",
    "export default ({ fail = true }) => { if (fail) throw new Error('no <good> & bad'); return 1; };",
  );
  place.writeTask(
    "slow",
    "export default async ({ ms }) => { await new Promise((done) => setTimeout(done, ms)); return 1; };",
  );
  return place.serve([], env);
}

export async function createRule(server: ServeProcess, rule: JsonObject): Promise<JsonObject> {
  const created = await server.call("POST", "/api/v1/notifications/rules", rule);
  expect(created).toMatchObject({ status: 201 });
  return created.body;
}

/** Creates a job and waits until it has ended. */
export async function runJob(server: ServeProcess, task: string, input: JsonObject = {}): Promise<number> {
  const id = await enqueue(server, task, input);
  await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "failed" || status === "completed");
  return id;
}

export async function enqueue(server: ServeProcess, task: string, input: JsonObject = {}): Promise<number> {
  const created = await server.call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
  expect(created.status).toBeLessThan(300);
  return Number(created.body.id ?? (created.body.job as JsonObject).id);
}

export const deliveriesOf = async (server: ServeProcess, query = "") =>
  (await server.call("GET", `/api/v1/notifications/deliveries?order=asc${query}`)).body.items as JsonObject[];
