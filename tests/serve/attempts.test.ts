import { expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { openEventStream } from "../api/event-stream.ts";
import { newWorkplace } from "../support/serve-process.ts";

test("attempts have one meaning in REST, GraphQL, events, the command line and the task, even after a manual retry", async () => {
  using place = newWorkplace();
  const retry = { maxRetries: 2, delay: "1ms", jitter: 0 };
  place.writeTask("failing", "(_, { attempt }) => { throw new Error('attempt ' + attempt); }", { retry });
  const server = await place.serve();
  const stream = await openEventStream(`${server.url}/api/v1/events?types=execution.*,job.failed`);
  await stream.next();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "failing" });
  const path = `/api/v1/jobs/${body.id}`;
  expect(await server.until(path, ({ status }) => status === "failed")).toMatchObject({ attempts: 3, retries: 2 });
  const retried = await server.call("POST", `${path}/retry`);
  expect(retried.body).toMatchObject({ status: "queued", attempts: 3, retries: 0 });
  const job = await server.until(path, ({ status, attempts }) => status === "failed" && attempts === 6);
  expect(job).toMatchObject({ attempts: 6, retries: 2, error: { guest: { message: "attempt 6" } } });

  const numbers = [1, 2, 3, 4, 5, 6];
  const { body: page } = await server.call("GET", `/api/v1/executions?jobId=${body.id}&order=asc`);
  const executions = page.items as JsonObject[];
  expect(executions.map(({ attempt, error }) => [attempt, (error as JsonObject).message])).toEqual(
    numbers.map((attempt) => [attempt, expect.stringContaining(`attempt ${attempt}`)]) as never,
  );
  expect(job.executionId).toBe(executions.at(-1)?.id ?? null);

  const query = `{ job(id: ${body.id}) { attempts retries executions { attempt } } }`;
  const { body: answer } = await server.call("POST", "/graphql", { query });
  expect(answer.data).toEqual({
    job: { attempts: 6, retries: 2, executions: numbers.map((attempt) => ({ attempt })) },
  });

  const shown = await place.ratchet(["jobs", "show", String(body.id), "--server", server.url]);
  expect(shown.stdout).toMatch(/^attempts {2}6$/m);
  expect(shown.stdout).toMatch(/^retries {3}2$/m);

  const told: JsonObject[] = [];
  while (told.filter(({ type }) => type === "job.failed").length < 2) {
    const { data } = (await stream.next()) ?? {};
    if (data !== undefined) told.push(JSON.parse(data));
  }
  await stream[Symbol.asyncDispose]();
  const ofType = (type: string) => told.filter((event) => event.type === type);
  expect(ofType("execution.started").map(({ data }) => data)).toEqual(numbers.map((attempt) => ({ attempt })));
  for (const [index, event] of ofType("execution.failed").entries()) {
    const { attempt, id, durationMs } = executions[index] as JsonObject;
    expect(event).toMatchObject({
      jobId: body.id,
      executionId: id,
      data: { attempt, durationMs, code: "TASK_FAILED", message: expect.stringContaining(`attempt ${attempt}`) },
    });
  }
  expect(ofType("job.failed").map(({ data }) => (data as JsonObject).attempt)).toEqual([3, 6]);
  await server.end();
});

test("a direct execution has the same events with the same data", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(_, { attempt }) => attempt");
  const server = await place.serve();
  const stream = await openEventStream(`${server.url}/api/v1/events?types=execution.*`);
  await stream.next();
  const { body } = await server.call("POST", "/api/v1/tasks/good/execute", {});
  expect(body).toMatchObject({ output: 1 });
  const job = await server.call("POST", "/api/v1/jobs", { task: "good" });
  const told: JsonObject[] = [];
  while (told.length < 4) told.push(JSON.parse((await stream.next())?.data ?? "{}"));
  await stream[Symbol.asyncDispose]();
  const durationMs = expect.any(Number);
  expect(told.map(({ type, jobId, data }) => [type, jobId, data])).toEqual([
    ["execution.started", null, { attempt: 1 }],
    ["execution.completed", null, { attempt: 1, durationMs }],
    ["execution.started", job.body.id, { attempt: 1 }],
    ["execution.completed", job.body.id, { attempt: 1, durationMs }],
  ] as never);
  await server.end();
});
