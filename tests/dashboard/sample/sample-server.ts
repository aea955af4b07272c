import { createHmac } from "node:crypto";
import { cpSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../../src/domain/json.ts";
import { eventually } from "../../support/eventually.ts";
import { REPOSITORY } from "../../support/ratchet.ts";
import { newWorkplace, type Workplace } from "../../support/serve-process.ts";
import { writeSampleTasks } from "./sample-tasks.ts";

/** A role, from the one that may do least. */
export const ROLES = ["viewer", "operator", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** What is looked at besides one address of each page: a page looks different there. */
export const SAMPLE_VIEWS = ["/jobs/:id of a run", "/executions/:id of a run"] as const;

/** The password of every user of the sample. */
export const PASSWORD = "correct horse battery";

const HOOK_SECRET = "hook-secret-of-the-shop";

/** A server with access control and something on every page. */
export interface SampleServer extends AsyncDisposable {
  url: string;
  place: Workplace;
  /** An API key of each role. */
  keys: Readonly<Record<Role, string>>;
  /** An address of each page whose path has a parameter, such as `/jobs/3` for `/jobs/:id`. */
  addresses: Readonly<Record<string, string>>;
  /** Calls the server as an admin. @throws {Error} if it refuses */
  call(method: string, path: string, body?: unknown): Promise<JsonObject>;
  /** Creates a job and waits until it has ended. @returns its id */
  run(task: string, input: unknown): Promise<number>;
}

/** Starts the server and fills it. */
export async function openSampleServer(): Promise<SampleServer> {
  const place = newWorkplace();
  writeSampleTasks(place);
  cpSync(join(REPOSITORY, "examples/orders"), join(place.folder, "tasks"), { recursive: true });
  const keys = await createCredentials(place);
  const bank = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: respondAsBank });
  const { url } = await place.serve();
  const call = callerOf(url, keys.admin);
  const run = async (task: string, input: unknown) => {
    const { id } = await call("POST", "/api/v1/jobs", { task, input, maxRetries: 0 });
    await eventually(async () => (await call("GET", `/api/v1/jobs/${id}`)).finishedAt !== null);
    return Number(id);
  };
  const server = { url, call, run, origin: bank.url.origin };
  await addSettings(server);
  const addresses = await addJobs(server);
  return {
    ...server,
    place,
    keys,
    addresses,
    async [Symbol.asyncDispose]() {
      place[Symbol.dispose]();
      await bank.stop(true);
    },
  };
}

type Filling = Pick<SampleServer, "url" | "call" | "run"> & { origin: string };

async function createCredentials(place: Workplace): Promise<Record<Role, string>> {
  const keys: Record<Role, string> = { viewer: "", operator: "", admin: "" };
  const users: Record<Role, string> = { viewer: "vera", operator: "otto", admin: "ada" };
  for (const role of ROLES) {
    const created = await place.ratchet(["key", "create", `${role}-key`, "--role", role]);
    keys[role] = created.stdout.trim();
    const user = ["user", "create", users[role], "--role", role, "--password-stdin"];
    const { code, stderr } = await place.ratchet(user, { stdin: `${PASSWORD}\n` });
    if (code !== 0) throw new Error(stderr);
  }
  return keys;
}

function callerOf(url: string, key: string): SampleServer["call"] {
  return async (method, path, body) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? {} : (JSON.parse(text) as JsonObject);
  };
}

/** The service that one of the tasks asks. */
function respondAsBank(request: Request): Response {
  const currency = new URL(request.url).pathname.split("/").at(-1);
  const rates: Record<string, number> = { CHF: 0.94, GBP: 0.84, USD: 1.09 };
  const rate = rates[currency ?? ""];
  return rate === undefined ? Response.json({ error: "unknown" }, { status: 404 }) : Response.json({ currency, rate });
}

/** Adds what administration has: secrets, webhooks with deliveries, rules. */
async function addSettings({ url, call, origin }: Filling): Promise<void> {
  await call("PUT", "/api/v1/secrets/SHOP_WEBHOOK", { value: HOOK_SECRET });
  await call("PUT", "/api/v1/secrets/MAIL_TOKEN", { value: "mail-token-of-the-sample" });
  await call("POST", "/api/v1/webhooks", {
    name: "shop-orders",
    task: "daily-report",
    verification: { type: "hmac", secret: "SHOP_WEBHOOK" },
    input: { day: "/body/day", sales: "/body/sales" },
  });
  await call("POST", "/api/v1/webhooks", {
    name: "repository",
    task: "exchange-rates",
    verification: { type: "github", secret: "SHOP_WEBHOOK" },
  });
  for (const [day, secret] of [
    ["Monday", HOOK_SECRET],
    ["Tuesday", "the secret of last year"],
    ["Wednesday", HOOK_SECRET],
  ] as const) {
    const body = JSON.stringify({ day, sales: [120, 80, 310] });
    const signature = createHmac("sha256", secret).update(body).digest("hex");
    const headers = { "content-type": "application/json", "x-signature": signature };
    await fetch(`${url}/hooks/shop-orders`, { method: "POST", headers, body });
  }
  await call("POST", "/api/v1/notifications/rules", {
    name: "an invoice fails",
    when: "job.failed",
    task: "send-*",
    to: [{ type: "slack", url: `${origin}/rates/CHF` }],
  });
  await call("POST", "/api/v1/notifications/rules", {
    name: "the queue is old",
    when: "queue.old",
    olderThan: "10m",
    enabled: false,
    to: [{ type: "teams", url: `${origin}/rates/GBP` }],
  });
}

const INVOICE = {
  address: "12 Mill Lane, Ely",
  due: "2027-01-31",
  language: "en",
  lines: [
    { text: "Paper", price: 12.5, quantity: 4 },
    { text: "Ink", price: 30 },
  ],
  payment: { kind: "transfer", iban: "GB33BUKB20201555555555" },
};

/** Adds jobs in every state, and schedules. @returns addresses of what was added */
async function addJobs({ call, run, origin }: Filling): Promise<Record<string, string>> {
  const schedule = await call("POST", "/api/v1/schedules", {
    name: "report of the day",
    task: "daily-report",
    cron: "30 6 * * 1-5",
    timezone: "Europe/London",
  });
  await call("POST", "/api/v1/schedules", {
    name: "rates every quarter",
    task: "exchange-rates",
    every: "15m",
    input: { origin },
  });
  const paused = await call("POST", "/api/v1/schedules", {
    name: "import at night",
    task: "import-customers",
    cron: "0 2 * * *",
  });
  await call("POST", `/api/v1/schedules/${paused.id}/pause`);
  await call("POST", `/api/v1/schedules/${schedule.id}/trigger`);
  for (const customer of ["Baker & Sons", "Miller", "Turner", "Weaver"]) {
    await run("send-invoice", { customer, ...INVOICE });
    await run("exchange-rates", { origin });
    await run("daily-report", { day: customer });
  }
  await run("exchange-rates", { origin, currencies: ["CHF", "XXX"] });
  const { address: _, ...withoutAddress } = INVOICE;
  const job = await run("send-invoice", { customer: "Fisher", ...withoutAddress });
  await call("POST", "/api/v1/jobs", { task: "import-customers", input: { file: "customers.csv" } });
  await call("POST", "/api/v1/jobs", { task: "daily-report", input: {}, runAt: "2099-01-01T06:00:00Z" });
  const runs = await addRuns(call);
  const { items } = await call("GET", "/api/v1/executions?task=exchange-rates&status=completed&limit=1");
  const [execution] = items as { id: number }[];
  return {
    "/jobs/:id": `/jobs/${job}`,
    "/executions/:id": `/executions/${execution?.id}`,
    "/tasks/:label": "/tasks/send-invoice",
    "/schedules/:id": `/schedules/${schedule.id}`,
    ...runs,
    "/webhooks": "/webhooks?webhook=shop-orders",
  };
}

/** Starts workflows that wait for the decision of a person, and runs that wait for a month. @returns addresses of the latter */
async function addRuns(call: SampleServer["call"]): Promise<Record<string, string>> {
  const order = { sku: "table", count: 2, email: "ada@example.com", delivery: "pickup" };
  for (const [orderId, shops] of [[17, ["north", "south"]] as const, [18, ["south"]] as const]) {
    await call("POST", "/api/v1/jobs", { task: "order", input: { ...order, orderId, shops: [...shops] } });
  }
  await eventually(async () => {
    const { items } = await call("GET", "/api/v1/approvals?status=pending");
    return (items as unknown[]).length === 2;
  });
  const { items } = await call("GET", "/api/v1/approvals?status=pending");
  const [approval] = items as { jobId: number }[];
  const first = await subscribe(call, "Baker & Sons");
  const second = await subscribe(call, "Miller");
  return {
    "/workflow-run": `/jobs/${approval?.jobId}`,
    "/jobs/:id of a run": `/jobs/${first.id}`,
    "/executions/:id of a run": `/executions/${second.executionId}`,
  };
}

/** Starts a run that waits for a month. @returns its job, once it sleeps */
async function subscribe(call: SampleServer["call"], customer: string): Promise<JsonObject> {
  const { id } = await call("POST", "/api/v1/jobs", { task: "subscription", input: { customer } });
  await eventually(async () => (await call("GET", `/api/v1/jobs/${id}`)).status === "sleeping");
  return await call("GET", `/api/v1/jobs/${id}`);
}

/** Returns the address of a page. */
export function addressOf({ addresses }: Pick<SampleServer, "addresses">, path: string): string {
  const address = addresses[path] ?? path;
  if (address.includes(":")) throw new Error(`the sample has nothing for ${path}: add it to sample-server.ts`);
  return address;
}
