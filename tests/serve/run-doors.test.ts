/** Runs of a server are signalled, approved, followed, paused, cancelled and killed, as people do it on the command line. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess } from "../support/serve-process.ts";

const place = newWorkplace();
let server: ServeProcess;
afterAll(() => place[Symbol.dispose]());

const TASKS: Readonly<Record<string, string>> = {
  pays: `async (_, context) => {
    const paid = await context.waitFor("paid", { schema: { type: "object", required: ["reference"] } });
    const more = await context.waitFor("more");
    return { paid, more };
  }`,
  asks: `async (_, context) => context.approve({
    title: "Buy for 5 EUR?",
    who: ["operator"],
    schema: { type: "object", properties: { note: { type: "string" } } },
  })`,
  streams: `async (n, context) => {
    for (let i = 0; i < n; i++) await context.output.write({ row: i });
    await context.waitFor("end");
    return "done";
  }`,
  cleans: `async (_, context) => {
    try {
      await context.waitFor("never");
    } finally {
      await context.step("clean", () => console.log("cleaned up"));
    }
  }`,
  mended: `async (_, context) => {
    const first = await context.step("first", ({ key }) => key);
    await context.step("second", () => { throw new DataError("not yet"); });
    return first;
  }`,
};

beforeAll(async () => {
  for (const [label, code] of Object.entries(TASKS)) place.writeTask(label, code);
  server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" });
}, 120_000);

async function ratchet(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await place.ratchet([...args, "--server", server.url]);
  expect([code, stderr]).toEqual([0, ""]);
  return stdout;
}

const isWaiting = ({ waitingFor }: JsonObject) => Array.isArray(waitingFor) && waitingFor.length > 0;
const isOver = ({ status }: JsonObject) => ["completed", "failed", "cancelled"].includes(String(status));
const until = (id: string, condition: (job: JsonObject) => boolean) => server.until(`/api/v1/jobs/${id}`, condition);

/** Enqueues a job, and waits until its run waits. @returns the ids of the job and of its execution */
async function waiting(task: string, ...args: string[]): Promise<{ id: string; execution: string }> {
  const id = (await ratchet("enqueue", "--task", task, ...args)).trim();
  const job = await until(id, isWaiting);
  return { id, execution: String(job.executionId) };
}

test("a job and an execution show what their run waits for", async () => {
  const { id, execution } = await waiting("asks");
  const asked = 'waits for +the approval "Buy for 5 EUR\\?"\n';
  expect(await ratchet("jobs", "show", id)).toMatch(new RegExp(asked));
  expect(await ratchet("executions", "show", execution)).toMatch(new RegExp(asked));
  await ratchet("jobs", "kill", id);
  expect(await ratchet("jobs", "show", id)).not.toContain("waits for");
  const again = await place.ratchet(["jobs", "kill", id, "--server", server.url]);
  expect(again).toMatchObject({ code: 3, stderr: expect.stringContaining("is cancelled and can't be killed") });
});

test("a signal that no wait accepts is passed over, and the console of the execution says so", async () => {
  const id = (await ratchet("enqueue", "--task", "pays", "--run-at", "2090-01-01T00:00:00Z")).trim();
  await ratchet("signal", id, "paid", "--by", "job", "--input-json", "5");
  await server.call("PATCH", `/api/v1/jobs/${id}`, { runAt: "2020-01-01T00:00:00Z" });
  const { executionId } = await until(id, isWaiting);
  const { items } = await server.until(`/api/v1/executions/${executionId}/logs`, ({ items: lines }) =>
    Array.isArray(lines) ? lines.length > 0 : false,
  );
  expect(items).toMatchObject([
    {
      level: "warn",
      message:
        'The signal "paid" was passed over: the signal "paid" does not match its schema: (the whole value) must be an object.',
    },
  ]);
});

test("what a request lacks is named", async () => {
  const { body } = await server.call("POST", "/api/v1/signals/paid", 1);
  expect(body.detail).toBe('The parameters must have the member "correlationKey".');
});

test("signals arrive by the execution, the job and the correlation key", async () => {
  const { id, execution } = await waiting("pays", "--correlation-key", "order-17");
  const refused = await place.ratchet(["signal", execution, "paid", "--input-json", "5", "--server", server.url]);
  expect([refused.code, refused.stderr]).toEqual([3, expect.stringContaining("does not match its schema")]);
  const value = '{"reference":"4711"}';
  expect(await ratchet("signal", id, "more", "--by", "job", "--input-json", '"early"')).toEndWith(
    'is kept until the run waits for "more"\n',
  );
  const paid = ["signal", "order-17", "paid", "--by", "correlation-key", "--input-json", value];
  expect(await ratchet(...paid, "--idempotency-key", 'a "key"')).toEndWith("is delivered\n");
  expect(await ratchet(...paid, "--idempotency-key", 'a "key"')).toEndWith("is delivered\n");
  for (const [name, other] of [
    ["paid", '{"reference":"4712"}'],
    ["sent", value],
  ] as const) {
    const words = ["signal", "order-17", name, "--by", "correlation-key", "--input-json", other];
    const reused = await place.ratchet([...words, "--idempotency-key", 'a "key"', "--server", server.url]);
    expect(reused.stderr).toContain("The idempotency key was used for another signal.");
  }
  expect((await until(id, isOver)).output).toEqual({ paid: { reference: "4711" }, more: "early" });
  const late = await place.ratchet(["signal", execution, "paid", "--server", server.url]);
  expect([late.code, late.stderr]).toEqual([3, expect.stringContaining("has ended")]);
}, 60_000);

test("an approval is listed, shown and decided", async () => {
  const { id, execution } = await waiting("asks");
  const listed = JSON.parse(await ratchet("approvals", "list", "--execution", execution, "--json")) as JsonObject;
  expect(listed).toMatchObject({ title: "Buy for 5 EUR?", who: ["operator"], status: "pending", mayDecide: true });
  expect(await ratchet("approvals", "list")).toContain("Buy for 5 EUR?");
  expect(await ratchet("approvals", "show", String(listed.id))).toContain("operator");
  const decision = ["--input-json", '{"note":"ok"}', "--comment", "as agreed"];
  expect(await ratchet("approvals", "approve", String(listed.id), ...decision)).toBe(
    `approval ${listed.id} is approved\n`,
  );
  expect((await until(id, isOver)).output).toMatchObject({ approved: true, by: "local", input: { note: "ok" } });
  const again = await place.ratchet(["approvals", "reject", String(listed.id), "--server", server.url]);
  expect([again.code, again.stderr]).toEqual([3, expect.stringContaining("is approved by local")]);
}, 60_000);

test("a stream is followed while its run waits, and after it has ended", async () => {
  const { id, execution } = await waiting("streams", "--input-json", "3");
  const path = `${server.url}/api/v1/executions/${execution}/stream`;
  const live = fetch(path).then((response) => response.text());
  await ratchet("signal", execution, "end");
  expect((await until(id, isOver)).output).toBe("done");
  const text = [0, 1, 2].map((row) => `id: ${row}\nevent: item\ndata: {"row":${row}}\n\n`).join("");
  for (const seen of [await live, await (await fetch(path)).text()]) {
    expect(seen).toEndWith(`${text}event: end\ndata: {"status":"completed"}\n\n`);
  }
}, 60_000);

test("a run that waits is paused, keeps signals, and goes on", async () => {
  const { id, execution } = await waiting("pays");
  await ratchet("jobs", "pause", id);
  await until(id, ({ status }) => status === "paused");
  await ratchet("signal", execution, "paid", "--input-json", '{"reference":1}');
  await ratchet("signal", execution, "more", "--input-json", "2");
  expect((await server.call("GET", `/api/v1/jobs/${id}`)).body.status).toBe("paused");
  await ratchet("executions", "resume", execution);
  expect(await until(id, isOver)).toMatchObject({ status: "completed", output: { paid: { reference: 1 }, more: 2 } });
}, 60_000);

test("a cancelled run cleans up, and a killed one does not", async () => {
  const cancelled = await waiting("cleans");
  await ratchet("executions", "cancel", cancelled.execution);
  expect((await until(cancelled.id, isOver)).status).toBe("cancelled");
  expect(await ratchet("logs", cancelled.execution)).toContain("cleaned up");
  const killed = await waiting("cleans");
  expect(await ratchet("jobs", "kill", killed.id)).toBe(`job ${killed.id} is cancelled\n`);
  expect(await ratchet("logs", killed.execution)).not.toContain("cleaned up");
}, 60_000);

test("a failed run goes on with a version that mends it, and keeps what it has recorded", async () => {
  const id = (await ratchet("enqueue", "--task", "mended", "--max-retries", "0")).trim();
  const failed = await until(id, isOver);
  expect(failed).toMatchObject({ status: "failed", attempts: 1 });
  const [first] = (await server.call("GET", `/api/v1/executions/${String(failed.executionId)}/operations`)).body
    .items as JsonObject[];
  place.writeTask("mended", String(TASKS.mended).replace("throw new DataError", "return String"), { version: "1.1.0" });
  await server.call("POST", "/api/v1/registry/sources/refresh");
  await ratchet("jobs", "resume", id, "--task-version", "1.1.0");
  const done = await until(id, ({ status }) => status === "completed");
  expect(done).toMatchObject({ version: "1.1.0", attempts: 2, output: first?.output as JsonValue });
}, 60_000);
