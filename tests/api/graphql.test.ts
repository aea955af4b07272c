import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { openEventStream } from "./event-stream.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let addition = 0;
beforeAll(async () => {
  server = await startServer();
  addition = await server.taskId("addition");
});
afterAll(() => server[Symbol.asyncDispose]());

type Variables = Record<string, unknown>;
const NUMBERS = { num1: 5, num2: 10 };

async function ask(query: string, variables: Variables = {}) {
  const { body } = await server.call("POST", "/graphql", { query, variables } as never);
  return body;
}

/** @throws {Error} when there are errors */
async function data(query: string, variables: Variables = {}) {
  const body = await ask(query, variables);
  if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors));
  return body.data;
}

async function run(inputData: unknown = NUMBERS, taskId = addition) {
  const made = await data("mutation($input: ExecuteTaskInput!) { executeTask(input: $input) { id status } }", {
    input: { taskId, inputData, priority: "HIGH" },
  });
  return server.deps.queue.wait(made.executeTask.id, AbortSignal.timeout(60_000));
}

describe("queries", () => {
  test("list tasks, with and without pages", async () => {
    const fields =
      "id uuid version label description availableVersions registrySource enabled createdAt updatedAt validatedAt inSync";
    const { tasks } = await data(`{ tasks { tasks { ${fields} } total } }`);
    expect([tasks.total, tasks.tasks.length]).toEqual([5, 5]);
    const page = await data(`query($p: PaginationInput) { tasks(pagination: $p) { tasks { label } total } }`, {
      p: { page: 2, limit: 2 },
    });
    expect(page.tasks.total).toBe(5);
    expect(page.tasks.tasks.map((task: { label: string }) => task.label)).toEqual(
      tasks.tasks.slice(2, 4).map((task: { label: string }) => task.label),
    );
  });

  test("find a task by uuid, in a version", async () => {
    const record = await server.deps.store.tasks.get(addition);
    const uuid = record?.uuid;
    const { version } = record ?? {};
    const found = await data(
      `query($uuid: String!, $version: String) {
        one: taskByUuid(uuid: $uuid) { id } two: task(uuid: $uuid, version: $version) { id version }
        none: task(uuid: $uuid, version: "9.9.9") { id } other: taskByUuid(uuid: "x") { id } }`,
      { uuid, version },
    );
    expect(found).toEqual({ one: { id: addition }, two: { id: addition, version }, none: null, other: null });
  });

  test("list jobs and executions, with what belongs to them", async () => {
    const job = await run();
    const found = await data(
      `query($id: Int!) {
        job(id: $id) { status priority input output task { label } executions { attempt status output durationMs } }
        executions(jobId: $id) { total executions { jobId input output error { code } startedAt } }
        jobs(status: COMPLETED, taskId: ${addition}) { total jobs { id status } }
        execution(id: 999999) { id }
        executionLogs(executionId: 1) { message } }`,
      { id: job.id },
    );
    expect(found.job).toMatchObject({
      status: "COMPLETED",
      priority: "HIGH",
      input: NUMBERS,
      output: { sum: 15 },
      task: { label: "addition" },
      executions: [{ attempt: 1, status: "COMPLETED", output: { sum: 15 } }],
    });
    expect(found.executions).toMatchObject({ total: 1, executions: [{ jobId: job.id, input: NUMBERS, error: null }] });
    expect(found.jobs.jobs).toContainEqual({ id: job.id, status: "COMPLETED" });
    expect(found.execution).toBeNull();
  });

  test("have stats and health", async () => {
    await run();
    const found = await data(
      `{ taskStats { total enabled disabled inSync } jobStats { total completed } health { status healthy checks { name ok } }
        executionStats { total completed successRate averageDurationMs } one: jobStats(taskId: ${addition}) { total } }`,
    );
    expect(found.taskStats).toEqual({ total: 5, enabled: 5, disabled: 0, inSync: 5 });
    expect(found.health).toMatchObject({ status: "ok", healthy: true });
    expect(found.jobStats.total).toBe(found.one.total);
    expect(found.executionStats.averageDurationMs).toBeGreaterThan(0);
  });
});

describe("mutations", () => {
  test("take inputs as values, as literals and as JSON text", async () => {
    for (const input of [NUMBERS, JSON.stringify(NUMBERS)]) {
      expect((await run(input)).inputJson).toBe(JSON.stringify(NUMBERS));
    }
    const literal = await data(
      `mutation { executeTask(input: {taskId: ${addition}, inputData: {num1: 5, num2: 10}}) { input } }`,
    );
    expect(literal.executeTask.input).toEqual(NUMBERS);
    const text = await data(
      `mutation { executeTask(input: {taskId: ${addition}, inputData: "{\\"num1\\": 5, \\"num2\\": 10}"}) { input } }`,
    );
    expect(text.executeTask.input).toEqual(NUMBERS);
  });

  test("run a task directly", async () => {
    const query = `mutation($id: Int!, $input: JSON) {
      executeTaskDirect(taskId: $id, inputData: $input) { success output error durationMs executionId } }`;
    const good = await data(query, { id: addition, input: NUMBERS });
    expect(good.executeTaskDirect).toMatchObject({ success: true, output: { sum: 15 }, error: null });
    expect(good.executeTaskDirect.durationMs).toBeGreaterThan(0);
    const bad = await data(query, { id: await server.taskId("failing"), input: {} });
    expect(bad.executeTaskDirect).toMatchObject({ success: false, output: null, error: "ValidationError: no good" });
  });

  test("tell errors with their code, and where the input is wrong", async () => {
    const cases: [string, string][] = [
      [
        `mutation { executeTaskDirect(taskId: ${addition}, inputData: {num1: "x", num2: 1}) { success } }`,
        "INVALID_INPUT",
      ],
      ["mutation { executeTask(input: {taskId: 9999, inputData: {}}) { id } }", "TASK_NOT_FOUND"],
      ["mutation { cancelJob(id: 99999) { id } }", "JOB_NOT_FOUND"],
      ["mutation { updateTaskStatus(id: 99999, enabled: true) { id } }", "TASK_NOT_FOUND"],
      ["mutation { deleteSchedule(id: 99999) }", "SCHEDULE_NOT_FOUND"],
      [
        `mutation { createSchedule(input: {name: "x", taskId: ${addition}, cron: "0 25 * * *"}) { id } }`,
        "INVALID_INPUT",
      ],
      [
        `mutation { createSchedule(input: {name: "x", taskId: ${addition}, inputData: {num1: 1, num2: 2}, cron: "0 25 * * *"}) { id } }`,
        "SCHEDULE_INVALID",
      ],
      ["{ tasks(pagination: {page: 0}) { total } }", "USAGE"],
      ["{ tasks(pagination: {limit: 201}) { total } }", "USAGE"],
      ["{ jobs(pagination: {page: 2000000000}) { total } }", "USAGE"],
    ];
    for (const [query, code] of cases) {
      const { errors } = await ask(query);
      expect([query, errors?.[0].extensions.code]).toEqual([query, code]);
    }
    const { errors } = await ask(cases[0]?.[0] ?? "");
    expect(errors[0].extensions.errors).toMatchObject([{ pointer: "/inputData/num1" }]);
    expect(server.log.filter(({ level }) => level === "error")).toEqual([]);
  });

  test("cancel and retry jobs", async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString();
    const made = await data(
      `mutation($at: DateTime!) { executeTask(input: {taskId: ${addition}, inputData: {num1: 1, num2: 1}, runAt: $at}) { id runAt } }`,
      { at: later },
    );
    const { id } = made.executeTask;
    expect(made.executeTask.runAt).toBe(later);
    expect((await data(`mutation { cancelJob(id: ${id}) { status } }`)).cancelJob.status).toBe("CANCELLED");
    expect((await data(`mutation { retryJob(id: ${id}) { status } }`)).retryJob.status).toBe("QUEUED");
  });

  test("enable and disable tasks", async () => {
    const id = await server.taskId("talking");
    const off = await data(`mutation { updateTaskStatus(id: ${id}, enabled: false) { enabled } }`);
    expect(off.updateTaskStatus.enabled).toBe(false);
    const { errors } = await ask(`mutation { executeTask(input: {taskId: ${id}}) { id } }`);
    expect(errors[0].extensions.code).toBe("CONFLICT");
    await data(`mutation { updateTaskStatus(id: ${id}, enabled: true) { enabled } }`);
  });

  test("create, change, fire and delete schedules", async () => {
    const made = await data(
      `mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { id name cron timezone nextAt task { label } } }`,
      { input: { name: "gql", taskId: addition, cron: "0 2 * * *", timezone: "Europe/Berlin", inputData: NUMBERS } },
    );
    const { id } = made.createSchedule;
    expect(made.createSchedule).toMatchObject({ name: "gql", timezone: "Europe/Berlin", task: { label: "addition" } });
    const changed = await data(
      `mutation { updateSchedule(id: ${id}, input: {every: "5m", overlap: BUFFER_ONE, jitter: "1s"}) { cron everyMs overlap jitterMs inputData } }`,
    );
    expect(changed.updateSchedule).toEqual({
      cron: null,
      everyMs: 300_000,
      overlap: "BUFFER_ONE",
      jitterMs: 1_000,
      inputData: NUMBERS,
    });
    const fired = await data(`mutation { triggerSchedule(id: ${id}) { scheduleId input } }`);
    expect(fired.triggerSchedule).toEqual({ scheduleId: id, input: NUMBERS });
    expect((await data("{ schedules { total schedules { id } } }")).schedules).toEqual({
      total: 1,
      schedules: [{ id }],
    });
    expect((await data(`mutation { deleteSchedule(id: ${id}) }`)).deleteSchedule).toBe(true);
  });
});

describe("subscriptions", () => {
  const subscribe = (query: string) =>
    openEventStream(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "text/event-stream" },
      body: JSON.stringify({ query }),
    });

  test("deliver jobs as they change", async () => {
    await using stream = await subscribe(`subscription { jobUpdates(taskId: ${addition}) { id status output } }`);
    expect([stream.status, stream.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const job = await run();
    for (;;) {
      const { data: text = "" } = await stream.nextOf("next");
      const update = JSON.parse(text).data.jobUpdates;
      expect(update.id).toBe(job.id);
      if (update.status === "COMPLETED") {
        expect(update.output).toEqual({ sum: 15 });
        break;
      }
    }
  });

  test("deliver executions, of jobs and direct ones", async () => {
    await using stream = await subscribe("subscription { executionUpdates { jobId status task { label } output } }");
    await data(`mutation { executeTaskDirect(taskId: ${addition}, inputData: {num1: 1, num2: 2}) { success } }`);
    for (;;) {
      const { data: text = "" } = await stream.nextOf("next");
      const update = JSON.parse(text).data.executionUpdates;
      expect([update.jobId, update.task.label]).toEqual([null, "addition"]);
      if (update.status === "COMPLETED") {
        expect(update.output).toEqual({ sum: 3 });
        break;
      }
    }
  });

  test("end with their client", async () => {
    const listeners = async () =>
      Number(/^ratchet_event_clients (\d+)$/m.exec((await server.call("GET", "/metrics")).body)?.[1]);
    await eventually(async () => (await listeners()) === 0);
    const stream = await subscribe("subscription { jobUpdates { id } }");
    await stream.next();
    expect(await listeners()).toBe(1);
    await stream[Symbol.asyncDispose]();
    await eventually(async () => (await listeners()) === 0);
  });
});

describe("hostile queries", () => {
  const chain = (levels: number) =>
    Array.from({ length: levels }, (_, at) => `fragment f${at} on Query { ${`...f${at + 1} `.repeat(2)} }`).join("\n");
  const CASES: Record<string, [query: string, message: RegExp]> = {
    "too deep": [`{ ${"a { ".repeat(40)} b ${"}".repeat(40)} }`, /levels; the limit is/],
    "introspection too deep": [
      `{ __schema { types { ${"fields { type { ".repeat(10)} name ${"} }".repeat(10)} } } }`,
      /levels; the limit|[Ii]ntrospection depth/,
    ],
    "too many aliases": [
      `{ ${Array.from({ length: 31 }, (_, at) => `a${at}: health { status }`).join(" ")} }`,
      /31 aliases/,
    ],
    "aliases through fragments": [
      `{ ${"...f ".repeat(16)} } fragment f on Query { a: health { status } b: health { status } }`,
      /32 aliases/,
    ],
    "an answer too large": [
      `{ jobs(pagination: {limit: 200}) { jobs { ${"executions { id jobId taskId version attempt createdAt logCount durationMs } ".repeat(20)} } } }`,
      /values in its response/,
    ],
    "fragments in a circle": ["{ ...a } fragment a on Query { ...b } fragment b on Query { ...a }", /itself/],
    "fragments that double forty times": [
      `{ ...f0 } ${chain(40)} fragment f40 on Query { x: health { status } }`,
      /aliases; the limit is/,
    ],
    "too many words": [`{ ${"health { status } ".repeat(600)} }`, /2000 tokens/],
    "a megabyte of query": [`{ health { ${"status ".repeat(150_000)} } }`, /characters; the limit is/],
    "a megabyte of brackets": ["{".repeat(1_000_000), /characters; the limit is/],
    "ten thousand brackets": ["{a".repeat(10_000), /tokens/],
    "many operations": [
      Array.from({ length: 200 }, (_, at) => `query q${at} { health { status } }`).join(" "),
      /operation/,
    ],
    "nine hundred directives": [`{ health ${"@a".repeat(900)} { status } }`, /Unknown directive/],
    "a hundred times the same list": [
      `{ ${"tasks { tasks { jobStats { total } } } ".repeat(200)} }`,
      /values in its response|tokens/,
    ],
    "a page before the first": ["{ jobs(pagination: {page: -1}) { total } }", /counted from 1/],
    "a page of nothing": ["{ jobs(pagination: {limit: 0}) { total } }", /from 1 to 200/],
    "a page too far": ["{ jobs(pagination: {page: 2147483647}) { total } }", /too far behind/],
    "logs of less than nothing": ["{ executionLogs(executionId: 1, limit: -5) { seq } }", /from 1 to 1000/],
    "a number beyond Int": ["{ job(id: 99999999999999) { id } }", /Int/],
    "a suggestion of nothing secret": ["{ tusks { total } }", /Cannot query field/],
  };
  for (const [name, [query, message]] of Object.entries(CASES)) {
    test(name, async () => {
      const { errors } = await ask(query);
      expect(errors[0].message).toMatch(message);
    });
  }

  test("lists of operations", async () => {
    const body = JSON.stringify(Array.from({ length: 1_000 }, () => ({ query: "{ __typename }" })));
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect([response.status, await response.text()]).toEqual([400, expect.stringContaining("Batching")]);
  });

  test("variables nested too deeply", async () => {
    const body = `{"query":"{ health { status } }","variables":{"x":${"[".repeat(10_000)}${"]".repeat(10_000)}}}`;
    const response = await fetch(`${server.url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    expect([response.status, JSON.parse(await response.text()).code]).toEqual([400, "INVALID_JSON"]);
  });

  test("mutations by GET", async () => {
    const response = await fetch(
      `${server.url}/graphql?query=${encodeURIComponent("mutation { deleteSchedule(id: 1) }")}`,
    );
    expect(response.status).toBe(405);
  });

  test("forms and pages elsewhere", async () => {
    for (const headers of [
      { "content-type": "application/x-www-form-urlencoded" },
      { "content-type": "multipart/form-data; boundary=x" },
      { "content-type": "application/json", origin: "https://evil.example" },
    ]) {
      const response = await fetch(`${server.url}/graphql`, {
        method: "POST",
        headers,
        body: '{"query":"{ __typename }"}',
      });
      expect(response.status).toBeOneOf([403, 415]);
    }
  });

  test("the query by which tools read the schema is let through", async () => {
    const { getIntrospectionQuery } = await import("graphql");
    const { __schema: schema } = await data(getIntrospectionQuery());
    expect(schema.queryType.name).toBe("Query");
  });
});
