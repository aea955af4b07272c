import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
let upstream: Bun.Server<undefined>;
beforeAll(async () => {
  upstream = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.json({ ok: 1 }) });
  place = newWorkplace();
  place.writeTask(
    "talk",
    `async (input, context) => {
      console.log("first", 1);
      console.error("second");
      context.progress({ done: 50 });
      const answer = await fetch("http://127.0.0.1:${upstream.port}/");
      return { attempt: context.attempt, answer: await answer.json() };
    }`,
  );
  place.writeTask("loop", "() => { for (;;); }", { limits: { time: "1h" } });
  place.writeTask("strict", "() => 'text'");
  place.write("tasks/strict/input.schema.json", '{"type":"object"}');
  place.write("tasks/strict/output.schema.json", '{"type":"number"}');
  place.writeTask("flaky", "(n, { attempt }) => { if (attempt < 3) throw new NetworkError('gone'); return attempt; }");
  server = await place.serve([], {
    RATCHET_EXECUTION_MAX_EXECUTION_DURATION: "300ms",
    RATCHET_QUEUE_RETRY_DELAY: "5ms",
    RATCHET_QUEUE_MAX_INPUT_SIZE: "1kB",
  });
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
  await upstream.stop(true);
});

async function finished(task: string, input: unknown = {}, more: JsonObject = {}): Promise<JsonObject> {
  const { body, status } = await server.call("POST", "/api/v1/jobs", { task, input, ...more });
  expect(status).toBe(201);
  return await server.until(`/api/v1/jobs/${body.id}`, (job) => job.finishedAt !== null);
}

test("stores output, progress, logs, usage and version of a job's execution", async () => {
  const job = await finished("talk");
  expect(job).toMatchObject({
    status: "completed",
    attempts: 1,
    progress: { done: 50 },
    output: { attempt: 1, answer: { ok: 1 } },
  });
  const { body: execution } = await server.call("GET", `/api/v1/executions/${job.executionId}`);
  expect(execution).toMatchObject({ version: "1.0.0", status: "completed", logCount: 2, usage: { fetchCount: 1 } });
  const { cpuMs } = execution.usage as { cpuMs: number };
  expect(cpuMs).toBeGreaterThan(0);
  expect(cpuMs).toBeLessThanOrEqual(Number(execution.durationMs));
  const { body: logs } = await server.call("GET", `/api/v1/executions/${job.executionId}/logs`);
  expect(logs.items).toMatchObject([
    { level: "info", message: "first 1" },
    { level: "error", message: "second" },
  ]);
});

test("stores the same of a direct execution", async () => {
  const { body } = await server.call("POST", "/api/v1/tasks/talk/execute", { input: {} });
  expect(body).toMatchObject({ status: "completed", version: "1.0.0" });
  const { body: execution } = await server.call("GET", `/api/v1/executions/${body.executionId}`);
  expect(execution).toMatchObject({ jobId: null, status: "completed", logCount: 2, usage: { fetchCount: 1 } });
});

test("no execution exceeds the configured limit, whatever its task requests", async () => {
  const job = await finished("loop", {}, { maxRetries: 0 });
  expect(job).toMatchObject({ status: "failed", error: { code: "TIME_LIMIT" } });
  const query = `{ executions(jobId: ${job.id}) { executions { cpuMs durationMs } } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  const { executions } = (body.data as { executions: { executions: { cpuMs: number; durationMs: number }[] } })
    .executions;
  expect(executions[0]?.cpuMs).toBeGreaterThan(200);
});

test("stores an error with its lines, class, cause and members, and retries by its class", async () => {
  const program = [
    "enum Kind { A }",
    "class LimitError extends Error {}",
    "class QuotaError extends LimitError {}",
    "export function main(input: unknown): never {",
    "  const members = [new TypeError('one')];",
    "  const cause = new AggregateError(members, 'all');",
    "  throw new QuotaError('used up ' + Kind.A, { cause });",
    "}",
  ].join("\n");
  const metadata = {
    uuid: "5f1c9c1e-5a55-4a3e-9a59-5d9a2f0c1b7d",
    version: "1.0.0",
    label: "quota",
    description: "Fails.",
    retry: { maxRetries: 3, delay: "1ms", never: ["LimitError"] },
  };
  place.write("tasks/quota/main.ts", program);
  place.write("tasks/quota/metadata.json", JSON.stringify(metadata));
  await server.until("/api/v1/tasks", ({ items }) => (items as JsonObject[]).some(({ label }) => label === "quota"));
  const job = await finished("quota");
  const at = (line: number) =>
    expect.stringMatching(
      new RegExp(`^\\w+: .*\\n(?: {4}at \\w+ \\(main\\.ts:[23]:.*\\n)* {4}at main \\(main\\.ts:${line}:\\d+\\)$`),
    );
  const guest = {
    name: "Error",
    classes: ["QuotaError", "LimitError", "Error"],
    stack: at(7),
    cause: { name: "AggregateError", stack: at(6), errors: [{ name: "TypeError", stack: at(5) }] },
  };
  expect(job).toMatchObject({ status: "failed", attempts: 1, error: { message: "Error: used up 0", guest } });
  const query = `{ job(id: ${job.id}) { error { guest } } }`;
  const { body } = await server.call("POST", "/graphql", { query });
  expect(body).toMatchObject({ data: { job: { error: { guest } } } });
});

test("the server's messages say why a job failed", async () => {
  using other = newWorkplace();
  other.writeTask("bad", "() => { throw new ValidationError('not ' + 'today'.repeat(100)); }");
  const own = await other.serve();
  const { body } = await own.call("POST", "/api/v1/jobs", { task: "bad" });
  await own.until(`/api/v1/jobs/${body.id}`, ({ finishedAt }) => finishedAt !== null);
  const { stdout } = await own.end();
  const lines: JsonObject[] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.find(({ message }) => message === "job.failed")).toMatchObject({
    jobId: body.id,
    data: { code: "TASK_FAILED", type: "ValidationError", message: expect.stringMatching(/^.{303}$/) },
  });
});

test("retries by the error's type, and counts attempts", async () => {
  expect(await finished("flaky")).toMatchObject({ status: "completed", attempts: 3, output: 3 });
  expect(await finished("strict")).toMatchObject({ status: "failed", attempts: 1, error: { code: "INVALID_OUTPUT" } });
});

test("rejects an input that is too large, and reports its size and the limit", async () => {
  const { status, body } = await server.call("POST", "/api/v1/jobs", { task: "talk", input: "x".repeat(2_000) });
  expect(status).toBe(413);
  expect(body).toMatchObject({ code: "INPUT_LIMIT", data: { limit: 1_024 } });
});

test("rejects such an input at every door, including schedules", async () => {
  const input = "x".repeat(2_000);
  const plan = { name: "large", task: "talk", every: "24h" };
  expect((await server.call("POST", "/api/v1/schedules", plan)).status).toBe(201);
  const requests: [string, string, JsonObject][] = [
    ["POST", "/api/v1/tasks/talk/execute", { input }],
    ["POST", "/api/v1/jobs/batch", { jobs: [{ task: "talk", input }] }],
    ["POST", "/api/v1/schedules", { ...plan, name: "larger", input }],
    ["PUT", "/api/v1/schedules/by-name/larger", { ...plan, name: "larger", input }],
    ["PUT", "/api/v1/schedules/large", { ...plan, input }],
    ["PATCH", "/api/v1/schedules/large", { input }],
    ["POST", "/api/v1/schedules/large/trigger", { input }],
  ];
  for (const [method, path, body] of requests) {
    const refused = await server.call(method, path, body);
    expect([path, refused.status, refused.body.code]).toEqual([path, 413, "INPUT_LIMIT"]);
  }
  const query = `mutation { triggerSchedule(name: "large", input: "${input}") { id } }`;
  expect((await server.call("POST", "/graphql", { query })).body.errors).toMatchObject([
    { extensions: { code: "INPUT_LIMIT" } },
  ]);
});

test("schemas are optional", async () => {
  using other = newWorkplace();
  other.writeTask("strict", "() => 'text'");
  other.write("tasks/strict/input.schema.json", '{"type":"object"}');
  other.write("tasks/strict/output.schema.json", '{"type":"number"}');
  const lax = await other.serve([], { RATCHET_EXECUTION_VALIDATE_SCHEMAS: "false" });
  const { body } = await lax.call("POST", "/api/v1/tasks/strict/execute", { input: 5 });
  expect(body).toMatchObject({ status: "completed", output: "text" });
});
