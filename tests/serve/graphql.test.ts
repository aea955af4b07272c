/** GraphQL as its users rely on it: every name, and whether it may be left out or null; through a server of its own. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("add", "(function ({ a, b }) { return a + b; })");
  place.writeTask("fail", "(function () { throw new ValidationError('no good'); })");
  server = await place.serve();
});
afterAll(() => place[Symbol.dispose]());

/** Answers are looked at piece by piece. */
type Answer = ReturnType<typeof JSON.parse>;

async function data(query: string, variables: Record<string, unknown> = {}): Promise<Answer> {
  const { body } = await server.call("POST", "/graphql", { query, variables });
  expect(body.errors).toBeUndefined();
  return body.data;
}

/** Type of each field, with its arguments: `Job! (id: Int!)`. */
async function fieldsOf(type: string): Promise<Record<string, string>> {
  const ofType = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
  const query = `query($type: String!) { __type(name: $type) {
    fields { name type { ${ofType} } args { name type { ${ofType} } } }
    inputFields { name type { ${ofType} } }
  } }`;
  const { __type: found } = await data(query, { type });
  interface Named {
    kind: string;
    name: string | null;
    ofType?: Named | null;
  }
  const text = ({ kind, name, ofType: inner }: Named): string =>
    inner == null ? String(name) : kind === "LIST" ? `[${text(inner)}]` : `${text(inner)}!`;
  const fields: { name: string; type: Named; args?: { name: string; type: Named }[] }[] =
    found.fields ?? found.inputFields;
  return Object.fromEntries(
    fields.map(({ name, type: itsType, args = [] }) => {
      const list = args.map((arg) => `${arg.name}: ${text(arg.type)}`).join(", ");
      return [name, `${text(itsType)}${list === "" ? "" : ` (${list})`}`];
    }),
  );
}

describe("the schema", () => {
  test("has the familiar types", async () => {
    expect(await fieldsOf("Task")).toMatchObject({
      id: "Int!",
      uuid: "String!",
      version: "String!",
      label: "String!",
      description: "String!",
      availableVersions: "[String!]!",
      registrySource: "String",
      enabled: "Boolean!",
      createdAt: "DateTime!",
      updatedAt: "DateTime!",
      validatedAt: "DateTime",
      inSync: "Boolean!",
    });
    expect(await fieldsOf("TaskList")).toEqual({ tasks: "[Task!]!", total: "Int!" });
    expect(await fieldsOf("PaginationInput")).toEqual({ page: "Int", limit: "Int" });
    expect(await fieldsOf("ExecuteTaskInput")).toMatchObject({
      task: "ID",
      taskId: "Int",
      input: "JSON",
      inputData: "JSON",
      priority: "JobPriority",
    });
    expect(await fieldsOf("DirectResult")).toMatchObject({
      success: "Boolean!",
      output: "JSON",
      error: "String",
      durationMs: "Float",
    });
  });

  test("has the familiar queries, mutations and subscriptions", async () => {
    expect(await fieldsOf("Query")).toMatchObject({
      tasks: expect.stringMatching(/^TaskList! \(.*pagination: PaginationInput(?!!)/),
      task: "Task (ref: ID, uuid: String, version: String)",
      taskByUuid: "Task (uuid: String!)",
      executions: expect.stringMatching(/^ExecutionList! \(.*pagination: PaginationInput(?!!)/),
      jobs: expect.stringMatching(/^JobList! \(.*pagination: PaginationInput(?!!)/),
      schedules: expect.stringMatching(/^ScheduleList! \(.*pagination: PaginationInput(?!!)/),
      taskStats: "TaskStats!",
      executionStats: "ExecutionStats! (task: ID, taskId: Int)",
      jobStats: "JobStats! (task: ID, taskId: Int)",
      health: "Health!",
    });
    expect(await fieldsOf("Mutation")).toMatchObject({
      executeTask: "Job! (input: ExecuteTaskInput!)",
      executeTaskDirect: expect.stringMatching(
        /^DirectResult! \(input: JSON, inputData: JSON, task: ID, taskId: Int, /,
      ),
      updateTaskStatus: "Task! (enabled: Boolean!, id: Int!)",
      cancelJob: "Job! (id: Int!)",
      retryJob: "Job! (id: Int!)",
      createSchedule: "Schedule! (input: CreateScheduleInput!)",
      updateSchedule: "Schedule! (id: Int, input: UpdateScheduleInput!, name: String)",
      deleteSchedule: "Boolean! (id: Int, name: String)",
      triggerSchedule: "Job! (id: Int, input: JSON, inputData: JSON, name: String)",
    });
    expect(await fieldsOf("Subscription")).toMatchObject({
      jobUpdates: expect.stringMatching(/^Job! /),
      executionUpdates: expect.stringMatching(/^Execution! /),
    });
  });
});

describe("operations", () => {
  test("all exist and work", async () => {
    const { tasks } = await data(`{ tasks { tasks { id uuid version label description availableVersions registrySource
      enabled createdAt updatedAt validatedAt inSync } total } }`);
    expect(tasks.total).toBe(3);
    const add = tasks.tasks.find(({ label }: { label: string }) => label === "add");
    const fail = tasks.tasks.find(({ label }: { label: string }) => label === "fail");
    expect(add).toMatchObject({
      version: "1.0.0",
      availableVersions: ["1.0.0"],
      registrySource: "tasks",
      inSync: true,
    });
    const one = await data("query($uuid: String!) { task(uuid: $uuid) { id } taskByUuid(uuid: $uuid) { id } }", add);
    expect(one).toEqual({ task: { id: add.id }, taskByUuid: { id: add.id } });

    const execute = "mutation($i: ExecuteTaskInput!) { executeTask(input: $i) { id status priority input } }";
    const input = { taskId: add.id, inputData: '{"a": 1, "b": 2}', priority: "CRITICAL" };
    const { executeTask: job } = await data(execute, { i: input });
    expect(job).toMatchObject({ status: "QUEUED", priority: "CRITICAL", input: { a: 1, b: 2 } });
    await server.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "completed");

    const direct = `mutation($id: Int!, $in: JSON) {
      executeTaskDirect(taskId: $id, inputData: $in) { success output error durationMs } }`;
    const { executeTaskDirect: done } = await data(direct, { id: add.id, in: { a: 20, b: 22 } });
    expect(done).toEqual({ success: true, output: 42, error: null, durationMs: expect.any(Number) });
    const { executeTaskDirect: bad } = await data(direct, { id: fail.id });
    expect(bad).toEqual({
      success: false,
      output: null,
      error: "ValidationError: no good",
      durationMs: expect.any(Number),
    });

    const later = { taskId: add.id, inputData: { a: 1, b: 1 }, runAt: "2999-01-01T00:00:00Z" };
    const { executeTask: waiting } = await data(execute, { i: later });
    const change = (name: string) => data(`mutation { ${name}(id: ${waiting.id}) { id status } }`);
    expect((await change("cancelJob")).cancelJob.status).toBe("CANCELLED");
    expect((await change("retryJob")).retryJob.status).toBe("QUEUED");
    await server.until(`/api/v1/jobs/${waiting.id}`, ({ status: now }) => now === "completed");

    const status = "mutation($id: Int!, $on: Boolean!) { updateTaskStatus(id: $id, enabled: $on) { enabled } }";
    expect((await data(status, { id: fail.id, on: false })).updateTaskStatus.enabled).toBe(false);

    const schedule = { name: "daily", taskId: add.id, cron: "0 6 * * *", inputData: { a: 1, b: 2 } };
    const made = await data("mutation($i: CreateScheduleInput!) { createSchedule(input: $i) { id } }", { i: schedule });
    const { id } = made.createSchedule;
    const changed = await data(`mutation { updateSchedule(id: ${id}, input: {every: "1h"}) { cron everyMs } }`);
    expect(changed.updateSchedule).toEqual({ cron: null, everyMs: 3_600_000 });
    const fired = await data(`mutation { triggerSchedule(id: ${id}) { id scheduleId } }`);
    expect(fired.triggerSchedule.scheduleId).toBe(id);
    await server.until(`/api/v1/jobs/${fired.triggerSchedule.id}`, ({ status: now }) => now === "completed");

    const lists = await data(`{ schedules { schedules { id name } total } jobs(pagination: {page: 2, limit: 1}) {
      jobs { id } total } executions(pagination: {limit: 2}) { executions { id status } total }
      taskStats { total enabled disabled } jobStats { completed total } executionStats { completed failed } health { status } }`);
    expect(lists).toMatchObject({
      schedules: { schedules: [{ id, name: "daily" }], total: 1 },
      jobs: { jobs: [{ id: waiting.id }], total: 3 },
      executions: { executions: [{ status: "COMPLETED" }, { status: "COMPLETED" }], total: 5 },
      taskStats: { total: 3, enabled: 2, disabled: 1 },
      jobStats: { completed: 3, total: 3 },
      executionStats: { completed: 4, failed: 1 },
      health: { status: "ok" },
    });
    expect((await data(`mutation { deleteSchedule(id: ${id}) }`)).deleteSchedule).toBe(true);
  }, 120_000);
});

describe("subscriptions, as curl gets them", () => {
  const subscribe = (query: string) =>
    Bun.spawn(
      ["curl", "-sN", "-H", "Accept: text/event-stream", "-H", "Content-Type: application/json"].concat([
        "-d",
        JSON.stringify({ query }),
        `${server.url}/graphql`,
      ]),
      { stdout: "pipe" },
    );

  test("deliver, also to clients that reconnect, and end with the server", async () => {
    const { taskByUuid: add } = await data(
      `{ taskByUuid(uuid: "${(await server.call("GET", "/api/v1/tasks/add")).body.uuid}") { id } }`,
    );
    const listeners = (wanted: number) =>
      eventually(async () => {
        const text = await (await fetch(`${server.url}/metrics`)).text();
        return text.includes(`ratchet_event_clients ${wanted}\n`);
      });
    const run = () => data(`mutation { executeTask(input: {taskId: ${add.id}, inputData: {a: 3, b: 4}}) { id } }`);
    const first = subscribe("subscription { jobUpdates { id status output } }");
    await listeners(1);
    await run();
    let text = "";
    for await (const chunk of first.stdout) {
      text += new TextDecoder().decode(chunk);
      if (text.includes('"status":"COMPLETED","output":7')) break;
    }
    first.kill();
    await listeners(0);

    const again = subscribe(`subscription { executionUpdates(taskId: ${add.id}) { status output task { label } } }`);
    await listeners(1);
    await run();
    let all = "";
    const ended = (async () => {
      for await (const chunk of again.stdout) all += new TextDecoder().decode(chunk);
    })();
    await eventually(() => all.includes('"status":"COMPLETED"'));
    const { code, stderr } = await server.end();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    await ended;
    expect(all).toContain('{"data":{"executionUpdates":{"status":"COMPLETED","output":7,"task":{"label":"add"}}}}');
    expect(all).toMatch(/event: complete\n/);
    expect(await again.exited).toBe(0);
  }, 120_000);
});
