import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject, JsonValue } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

// A task has to behave alike wherever it runs, so what its durable methods say must not depend on the host.

let place: Workplace;
let server: ServeProcess;

/** Runs each piece of code, and returns what it resolves to or rejects with. Ids of children are only counted. */
const HEARD = `async (_, context) => {
  const heard = [];
  for (const work of WORKS) {
    try {
      heard.push(await work(context));
    } catch ({ name, message, code, status, data, call }) {
      const { jobId, executionId, ...called } = call ?? {};
      heard.push({ name, message, code, status, data, called, hasJob: jobId !== undefined });
    }
  }
  return heard;
}`;

const WORKS = `[
  ({ call }) => call("typed", { sum: "much" }),
  ({ map }) => map([{ sum: 1 }, {}], "typed"),
  ({ map }) => map([{ sum: 1 }, {}], "typed", { onError: "continue" }),
  ({ call }) => call("tpyed", {}),
  ({ call }) => call("fails", {}),
  ({ call }) => call("waits", {}, { timeout: "30ms" }),
  ({ call }) => call("waits", {}, { timeout: "30ms", version: "1.0.0" }),
  ({ map }) => map([{}], "waits", { timeout: "30ms" }),
  ({ waitFor }) => waitFor("it's \\"here\\"", { timeout: "30ms" }),
  ({ approve }) => approve({ title: "Buy \\"it\\"?", timeout: "30ms", onTimeout: "fail" }),
  ({ waitFor }) => waitFor("go", { timeout: 30, schema: { type: "nothing" } }),
  ({ approve }) => approve({ title: "Buy?", timeout: 30, schema: { type: "nothing" } }),
  ({ step, sleep }) => step("inner", () => sleep(1)),
  ({ sleep }) => sleep("soon"),
]`;

beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("typed", "({ sum }) => sum");
  place.write(
    "tasks/typed/input.schema.json",
    '{"type":"object","properties":{"sum":{"type":"number"}},"required":["sum"]}',
  );
  place.writeTask("fails", `() => { throw Object.assign(new DataError("no"), { code: "NO", data: { a: 1 } }); }`);
  place.writeTask("waits", `async (_, { sleep }) => { await sleep("1h"); }`);
  place.writeTask("hears", `const WORKS = ${WORKS};\n${HEARD}`);
  server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" });
});
afterAll(() => place[Symbol.dispose]());

async function onServer(): Promise<JsonValue> {
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "hears" });
  const job = await server.until(
    `/api/v1/jobs/${body.id}`,
    ({ status }) => status === "completed" || status === "failed",
  );
  return job.output as JsonValue;
}

async function inProcess(): Promise<JsonValue> {
  const { stdout } = await place.ratchet(["run-once", "--from-fs", "tasks", "--task", "hears"]);
  return JSON.parse(stdout) as JsonValue;
}

test("durable methods say the same in run-once and on a server", async () => {
  const [there, here] = (await Promise.all([onServer(), inProcess()])) as [JsonObject[], JsonObject[]];
  // Versions that nobody asked for are known where the task was found.
  const known = (heard: JsonObject[]) =>
    heard.map((one) => ("called" in one ? { ...one, called: { ...(one.called as JsonObject), version: null } } : one));
  expect(known(here)).toEqual(known(there));
  expect(there[0]).toMatchObject({
    name: "ValidationError",
    message: "the input does not match the schema of typed: /sum must be a number",
    data: { violations: [{ pointer: "/sum", message: "must be a number" }], count: 1 },
  });
  expect(there[3]).toMatchObject({
    code: "TASK_NOT_FOUND",
    message: 'There is no task "tpyed". Did you mean "typed"?',
  });
  expect(there[5]).toMatchObject({ name: "TimeoutError", called: { task: "waits" }, hasJob: true });
});
