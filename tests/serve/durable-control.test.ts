import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;

const TASKS: Readonly<Record<string, string>> = {
  add: "({ a, b }) => ({ sum: a + b })",
  cleans: `async (_, context) => {
    try {
      await context.sleep("1h");
    } catch (error) {
      await context.step("undo", () => console.log("undone " + error.name));
      throw error;
    } finally {
      const { sum } = await context.call("add", { a: 1, b: 2 });
      console.log("cleaned " + sum);
    }
  }`,
  lingers: `async (_, context) => {
    try { await context.waitFor("go"); } finally { await context.waitFor("clean"); }
  }`,
  asksAndLingers: `async (_, context) => {
    try { await Promise.all([context.approve({ title: "Go on?" }), context.call("cleans")]); }
    finally { await context.waitFor("clean"); }
  }`,
  parent: `async (_, context) => context.call("cleans")`,
  waits: `async (_, context) => {
    const first = await context.waitFor("go", { schema: { type: "number" } });
    const second = await context.waitFor("go");
    return [first, second];
  }`,
  approves: `async (_, context) => {
    const answer = await context.approve({ title: "Really?", schema: { type: "object", required: ["note"] } });
    return { approved: answer.approved, by: answer.by, note: answer.input?.note ?? null };
  }`,
  flaky: `async ({ fail }, context) => {
    const key = await context.step("once", ({ key }) => key);
    await context.step("often", () => { if (fail.includes(context.attempt)) throw new DataError("not yet"); });
    return key;
  }`,
  renews: `async ({ left, sum }, context) => {
    if (left === 0) return sum;
    await context.sleep(1);
    return context.continueAsNew({ left: left - 1, sum: sum + left });
  }`,
  streams: `async function* (n) { for (let i = 0; i < n; i++) yield { i }; }`,
  detaches: `async (_, context) => context.call("add", { a: 5, b: 6 }, { detached: true })`,
  expires: `async (_, context) => {
    try { await context.waitFor("never", { timeout: "60ms" }); } catch (error) { return error.name; }
  }`,
  slowChild: `async (_, context) => {
    try { await context.call("cleans", null, { timeout: "80ms" }); } catch (error) { return error.name; }
  }`,
};

beforeAll(async () => {
  place = newWorkplace();
  for (const [label, code] of Object.entries(TASKS)) place.writeTask(label, code);
  server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" });
});
afterAll(() => place[Symbol.dispose]());

const enqueue = async (task: string, input: unknown = null): Promise<string> => {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task, input });
  expect(status).toBe(201);
  return String(body.id);
};
const ended = (body: JsonObject) =>
  ["completed", "failed", "cancelled", "needs_attention"].includes(String(body.status));
const end = (id: string) => server.until(`/api/v1/jobs/${id}`, ended);
const until = (id: string, status: string) =>
  server.until(`/api/v1/jobs/${id}`, (body) => body.status === status || ended(body));
const logs = async (executionId: unknown) => {
  const { body } = await server.call("GET", `/api/v1/executions/${executionId}/logs`);
  return (body.items as { message: string }[]).map(({ message }) => message);
};

test("a cancelled run cleans up with the whole context", async () => {
  const id = await enqueue("cleans");
  expect((await until(id, "sleeping")).status).toBe("sleeping");
  expect((await server.call("POST", `/api/v1/jobs/${id}/cancel`)).status).toBe(200);
  const job = await end(id);
  expect(job.status).toBe("cancelled");
  expect(await logs(job.executionId)).toEqual(["undone CancelledError", "cleaned 3"]);
});

test("a run that cleans up says that it is being cancelled", async () => {
  const id = await enqueue("lingers");
  const before = await until(id, "sleeping");
  expect(before).toMatchObject({ cancelling: false, pausing: false });
  await server.call("POST", `/api/v1/jobs/${id}/cancel`);
  const cleaning = (body: JsonObject) => JSON.stringify(body.waitingFor).includes('"clean"');
  expect(await server.until(`/api/v1/jobs/${id}`, cleaning)).toMatchObject({ cancelling: true, pausing: false });
  const path = `/api/v1/executions/${before.executionId}`;
  expect(await server.until(path, cleaning)).toMatchObject({ cancelling: true });
  const query = `{ job(id: ${id}) { cancelling pausing executions { cancelling } } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  expect(body.data).toEqual({ job: { cancelling: true, pausing: false, executions: [{ cancelling: true }] } });
  const shown = await place.ratchet(["jobs", "show", id, "--server", server.url]);
  expect(shown.stdout).toContain("(being cancelled)");
  await server.call("POST", `/api/v1/jobs/${id}/signals/clean`, 1);
  expect(await end(id)).toMatchObject({ status: "cancelled", cancelling: false });
  expect((await server.call("GET", path)).body).toMatchObject({ status: "cancelled", cancelling: false });
});

test("what a cancelled run waited for ends before it has cleaned up", async () => {
  const id = await enqueue("lingers");
  await until(id, "sleeping");
  const approving = await enqueue("asksAndLingers");
  await until(approving, "sleeping");
  await server.call("POST", `/api/v1/jobs/${approving}/cancel`);
  const cleaning = ({ waitingFor }: JsonObject) => (waitingFor as { name: string }[])[0]?.name === "clean";
  const job = await server.until(`/api/v1/jobs/${approving}`, cleaning);
  expect(job.waitingFor).toHaveLength(1);
  const { body } = await server.call("GET", `/api/v1/approvals?executionId=${job.executionId}`);
  expect(body.items).toMatchObject([{ title: "Go on?", status: "cancelled" }]);
  const children = await server.call("GET", `/api/v1/jobs?parentExecutionId=${job.executionId}`);
  const [child] = children.body.items as { id: number }[];
  expect(await end(String(child?.id))).toMatchObject({ status: "cancelled" });
  expect((await server.call("GET", `/api/v1/jobs/${approving}`)).body.status).toBe("sleeping");
  await server.call("POST", `/api/v1/jobs/${approving}/signals/clean`, 1);
  expect(await end(approving)).toMatchObject({ status: "cancelled" });
  await server.call("POST", `/api/v1/jobs/${id}/kill`);
});

test("jobs are found by the run that has started them", async () => {
  const id = await enqueue("parent");
  const parent = await server.until(`/api/v1/jobs/${id}`, (body) => JSON.stringify(body.waitingFor).includes("jobId"));
  const executionId = Number(parent.executionId);
  const found = await server.call("GET", `/api/v1/jobs?parentExecutionId=${executionId}&status=sleeping,processing`);
  const child = (parent.waitingFor as { jobId: number }[])[0]?.jobId ?? 0;
  expect(found.body.items).toMatchObject([{ id: child, parent: { executionId, number: 1, item: null } }]);
  const query = `{ jobs(parentExecutionId: ${executionId}) { jobs { id } total } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  expect(body.data).toEqual({ jobs: { jobs: [{ id: child }], total: 1 } });
  const listed = await place.ratchet([
    "jobs",
    "list",
    "--parent",
    String(executionId),
    "--json",
    "--server",
    server.url,
  ]);
  expect(
    listed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id),
  ).toEqual([child]);
  const none = await server.call("GET", "/api/v1/jobs?parentExecutionId=999999");
  expect(none.body.items).toEqual([]);
  expect((await server.call("GET", "/api/v1/jobs?parentExecutionId=x")).status).toBe(400);
  await server.call("POST", `/api/v1/jobs/${id}/kill`);
});

test("the children of a cancelled run are cancelled, and clean up as well", async () => {
  const id = await enqueue("parent");
  const { waitingFor } = await server.until(
    `/api/v1/jobs/${id}`,
    (body) => body.status === "sleeping" && (body.waitingFor as unknown[]).length > 0,
  );
  const childId = String((waitingFor as { jobId: unknown }[])[0]?.jobId);
  await until(childId, "sleeping");
  await server.call("POST", `/api/v1/jobs/${id}/cancel`);
  expect(await end(id)).toMatchObject({ status: "cancelled" });
  const child = await end(childId);
  expect(child.status).toBe("cancelled");
  expect(await logs(child.executionId)).toEqual(["undone CancelledError", "cleaned 3"]);
});

test("a killed run does nothing more", async () => {
  const id = await enqueue("cleans");
  await until(id, "sleeping");
  expect((await server.call("POST", `/api/v1/jobs/${id}/kill`)).status).toBe(200);
  const job = await end(id);
  expect(job.status).toBe("cancelled");
  expect(await logs(job.executionId)).toEqual([]);
});

test("signals reach the run in order, also those that were sent before it waits", async () => {
  const id = await enqueue("waits");
  await until(id, "sleeping");
  const send = (value: unknown) => server.call("POST", `/api/v1/jobs/${id}/signals/go`, value);
  expect((await send("text")).status).toBe(422);
  expect(await send(1)).toMatchObject({ status: 202, body: { status: "delivered" } });
  expect((await send("second")).status).toBe(202);
  expect(await end(id)).toMatchObject({ status: "completed", output: [1, "second"] });
  expect(await send(3)).toMatchObject({ status: 409, body: { code: "EXECUTION_ENDED" } });
});

test("an approval is decided once, and the run gets the answer", async () => {
  const id = await enqueue("approves");
  await until(id, "sleeping");
  const { body } = await server.call("GET", "/api/v1/approvals?status=pending");
  const approval = (body.items as { id: number; title: string }[]).find(({ title }) => title === "Really?");
  const path = `/api/v1/approvals/${approval?.id}`;
  expect((await server.call("POST", path, { decision: "approve", input: {} })).status).toBe(422);
  expect((await server.call("POST", path, { decision: "approve", input: { note: "yes" } })).status).toBe(200);
  expect((await server.call("POST", path, { decision: "reject" })).status).toBe(409);
  expect(await end(id)).toMatchObject({ status: "completed", output: { approved: true, note: "yes" } });
});

test("a failed run goes on from its failed step, and keeps the results of the others", async () => {
  const id = await enqueue("flaky", { fail: [1] });
  const failed = await end(id);
  expect(failed).toMatchObject({ status: "failed" });
  expect((await server.call("POST", `/api/v1/jobs/${id}/resume`, {})).status).toBe(200);
  const job = await server.until(`/api/v1/jobs/${id}`, ({ status }) => status === "completed");
  expect(job).toMatchObject({ attempts: 2 });
  const { body } = await server.call("GET", `/api/v1/executions/${job.executionId}/operations`);
  expect((body.items as { name: string; state: string }[]).map(({ name, state }) => `${name} ${state}`)).toEqual([
    "once completed",
    "often completed",
  ]);
});

test("a paused run learns nothing until it is resumed", async () => {
  const id = await enqueue("waits");
  await until(id, "sleeping");
  expect((await server.call("POST", `/api/v1/jobs/${id}/pause`)).status).toBe(200);
  for (const value of [1, 2]) await server.call("POST", `/api/v1/jobs/${id}/signals/go`, value);
  expect((await server.call("GET", `/api/v1/jobs/${id}`)).body.status).toBe("paused");
  await server.call("POST", `/api/v1/jobs/${id}/resume`, {});
  expect(await end(id)).toMatchObject({ status: "completed", output: [1, 2] });
});

test("a run without an end begins again and again, as the same job", async () => {
  const job = await end(await enqueue("renews", { left: 3, sum: 0 }));
  expect(job).toMatchObject({ status: "completed", output: 6, attempts: 4 });
});

test("the items of a stream are kept in order", async () => {
  const job = await end(await enqueue("streams", 3));
  expect(job).toMatchObject({ status: "completed", output: null });
  const response = await fetch(`${server.url}/api/v1/executions/${job.executionId}/stream`);
  const text = await response.text();
  expect([...text.matchAll(/^data: ?(.*)$/gm)].map(([, data]) => data).slice(0, 3)).toEqual([
    '{"i":0}',
    '{"i":1}',
    '{"i":2}',
  ]);
  expect(text).toContain("event: end");
});

test("a detached child outlives its parent", async () => {
  const job = await end(await enqueue("detaches"));
  const { jobId } = job.output as { jobId: string };
  expect(await end(jobId)).toMatchObject({ status: "completed", output: { sum: 11 } });
});

test("waits and calls end at their time-outs", async () => {
  expect(await end(await enqueue("expires"))).toMatchObject({ output: "TimeoutError" });
  expect(await end(await enqueue("slowChild"))).toMatchObject({ output: "TimeoutError" });
});
