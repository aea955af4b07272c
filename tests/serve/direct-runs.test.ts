/** Direct executions that use the durable methods of their context: what others can tell them, and what they tell others. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;

const TASKS: Readonly<Record<string, string>> = {
  emits: `async (_, context) => { await context.emit("begun", { n: 1 }); await context.emit("begun", { n: 2 }); return "done"; }`,
  renews: `async ({ left, sum }, context) => {
    if (left === 0) return sum;
    await context.step("add", () => 1);
    return context.continueAsNew({ left: left - 1, sum: sum + left });
  }`,
  waits: `async (_, context) => [
    await context.waitFor("go", { schema: { type: "number" } }),
    await context.waitFor("go"),
  ]`,
  cleans: `async (_, context) => {
    try { await context.waitFor("never", { schema: { type: "number" } }); }
    catch (error) { console.log("undone", error.name); throw error; }
    finally { console.log("cleaned", (await context.call("add", { a: 1, b: 2 })).sum); }
  }`,
  add: "({ a, b }) => ({ sum: a + b })",
  asks: `async (_, context) => context.approve({ title: "Really?" })`,
  parent: `async (_, context) => context.call("cleans")`,
};

beforeAll(async () => {
  place = newWorkplace();
  for (const [label, code] of Object.entries(TASKS)) place.writeTask(label, code);
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

const direct = async (task: string, input: unknown = null, signal?: AbortSignal): Promise<JsonObject> => {
  const response = await fetch(`${server.url}/api/v1/tasks/${task}/execute`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ input }),
    ...(signal === undefined ? {} : { signal }),
  });
  return (await response.json()) as JsonObject;
};

/** The id of the execution of a task that runs now, once it has asked for something. */
async function running(task: string): Promise<number> {
  const { items } = await server.until(
    `/api/v1/executions?status=running&task=${task}`,
    (body) => (body.items as unknown[]).length > 0,
  );
  return (items as { id: number }[])[0]?.id ?? 0;
}

/** Waits until an execution of `cleans` waits: then it refuses what does not match its schema. */
const begun = (id: number) =>
  eventually(async () => (await server.call("POST", `/api/v1/executions/${id}/signals/never`, "text")).status === 422);

const logs = async (id: number) => {
  const { body } = await server.call("GET", `/api/v1/executions/${id}/logs`);
  return (body.items as { message: string }[]).map(({ message }) => message);
};

test("what it emits is an event", async () => {
  const { executionId } = await direct("emits");
  const response = await fetch(`${server.url}/api/v1/events?types=execution.*&executionId=${executionId}`, {
    headers: { "last-event-id": "0" },
  });
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += new TextDecoder().decode(chunk);
    if (text.includes("execution.completed")) break;
  }
  const types = [...text.matchAll(/^event: (.*)$/gm)].map(([, type]) => type);
  expect(types).toEqual(["execution.started", "execution.emitted", "execution.emitted", "execution.completed"]);
  expect(text.indexOf('"n":1')).toBeLessThan(text.indexOf('"n":2'));
});

test("it begins again in another execution", async () => {
  const result = await direct("renews", { left: 3, sum: 0 });
  expect(result).toMatchObject({ success: true, output: 6 });
  const { body } = await server.call("GET", "/api/v1/executions?task=renews");
  const executions = body.items as { id: number; status: string }[];
  expect(executions.map(({ status }) => status)).toEqual(Array(4).fill("completed"));
  expect(executions[0]?.id).toBe(Number(result.executionId));
});

test("signals reach it while it runs, and not any more when it has ended", async () => {
  const ended = direct("waits");
  const id = await running("waits");
  const send = (value: unknown, name = "go") => server.call("POST", `/api/v1/executions/${id}/signals/${name}`, value);
  await eventually(async () => (await send("text")).status === 422);
  expect(await send(1)).toMatchObject({ status: 202, body: { status: "delivered" } });
  const withKey = async (value: unknown) => {
    const response = await fetch(`${server.url}/api/v1/executions/${id}/signals/later`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "k" },
      body: JSON.stringify(value),
    });
    return [response.status, ((await response.json()) as JsonObject).status];
  };
  expect(await withKey(1)).toEqual([202, "kept"]);
  expect(await withKey(1)).toEqual([200, "kept"]);
  expect(await withKey(2)).toEqual([409, 409]);
  expect((await send("second")).status).toBe(202);
  expect(await ended).toMatchObject({ success: true, output: [1, "second"] });
  expect(await send(3)).toMatchObject({ status: 409, body: { code: "EXECUTION_ENDED" } });
});

test("a cancellation lets it clean up, and a kill does not", async () => {
  const cancelled = direct("cleans");
  const id = await running("cleans");
  await begun(id);
  await server.call("POST", `/api/v1/executions/${id}/cancel`);
  expect(await cancelled).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
  expect((await logs(id)).slice(-2)).toEqual(["undone CancelledError", "cleaned 3"]);

  const killed = direct("cleans");
  const next = await running("cleans");
  await begun(next);
  await server.call("POST", `/api/v1/executions/${next}/kill`);
  expect(await killed).toMatchObject({ status: "cancelled" });
  expect((await logs(next)).filter((line) => line.startsWith("cleaned"))).toEqual([]);
});

test("it cleans up when its caller goes away, and so does what it has called", async () => {
  const abort = new AbortController();
  const gone = direct("parent", null, abort.signal).catch(() => "gone");
  const child = await running("cleans");
  const parent = await running("parent");
  await begun(child);
  abort.abort();
  expect(await gone).toBe("gone");
  for (const id of [parent, child]) {
    expect(await server.until(`/api/v1/executions/${id}`, ({ finishedAt }) => finishedAt !== null)).toMatchObject({
      status: "cancelled",
    });
  }
  expect((await logs(child)).slice(-2)).toEqual(["undone CancelledError", "cleaned 3"]);
});

test("nobody can decide its approvals, which it learns at once", async () => {
  expect(await direct("asks")).toMatchObject({
    success: false,
    error: { message: expect.stringContaining("so run the task as a job"), guest: { code: "NOBODY_TO_ANSWER" } },
  });
});
