/** Every error of GraphQL has a stable code, and points into what the client sent. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let taskId = 0;
beforeAll(async () => {
  server = await startServer({ working: false });
  taskId = await server.taskId("addition");
});
afterAll(() => server[Symbol.asyncDispose]());

async function firstError(query: string, variables: Record<string, unknown> = {}) {
  const { body } = await server.call("POST", "/graphql", { query, variables } as never);
  return body.errors?.[0];
}

const EXECUTE = "mutation($input: ExecuteTaskInput!) { executeTask(input: $input) { id } }";
const CREATE = "mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }";

const CODES: [query: string, variables: Record<string, unknown>, code: string][] = [
  ["{ jobs(", {}, "GRAPHQL_PARSE_FAILED"],
  ["", {}, "GRAPHQL_PARSE_FAILED"],
  ["{ tusks { total } }", {}, "GRAPHQL_VALIDATION_FAILED"],
  ["{ job(id: $id) { id } }", {}, "GRAPHQL_VALIDATION_FAILED"],
  ['{ job(id: "x") { id } }', {}, "GRAPHQL_VALIDATION_FAILED"],
  ["query a { health { status } } query b { health { status } }", {}, "OPERATION_RESOLUTION_FAILURE"],
  [EXECUTE, {}, "BAD_USER_INPUT"],
  [EXECUTE, { input: { taskId: "x" } }, "BAD_USER_INPUT"],
  [EXECUTE, { input: { taskId: 1, runAt: "never" } }, "BAD_USER_INPUT"],
  [EXECUTE, { input: { taskId: 1, inputDta: 1 } }, "BAD_USER_INPUT"],
  [`{ ${"a { ".repeat(40)} b ${"}".repeat(40)} }`, {}, "QUERY_TOO_LARGE"],
  [`{ ${"health { status } ".repeat(600)} }`, {}, "GRAPHQL_PARSE_FAILED"],
  ["{ executionLogs(executionId: 99999) { seq } }", {}, "EXECUTION_NOT_FOUND"],
  ["{ executions(jobId: 99999) { total } }", {}, "JOB_NOT_FOUND"],
  ["{ jobs(taskId: 99999) { total } }", {}, "TASK_NOT_FOUND"],
  ["{ executions(taskId: 99999) { total } }", {}, "TASK_NOT_FOUND"],
  ["{ schedules(taskId: 99999) { total } }", {}, "TASK_NOT_FOUND"],
  ["{ jobStats(taskId: 99999) { total } }", {}, "TASK_NOT_FOUND"],
  ["{ executionStats(taskId: 99999) { total } }", {}, "TASK_NOT_FOUND"],
];
for (const [query, variables, code] of CODES) {
  test(`${query.slice(0, 70)} with ${JSON.stringify(variables)} is ${code}`, async () => {
    expect((await firstError(query, variables))?.extensions?.code).toBe(code);
  });
}

test("pointers lead to the place in the arguments", async () => {
  const bad = { num1: "x", num2: 1 };
  const good = { num1: 1, num2: 1 };
  const at = async (query: string, input: unknown) => {
    const { extensions } = (await firstError(query, { input })) ?? {};
    return extensions?.errors?.[0]?.pointer;
  };
  expect(await at(EXECUTE, { taskId, inputData: bad })).toBe("/input/inputData/num1");
  expect(await at(EXECUTE, { taskId: "x" })).toBe("/input/taskId");
  expect(await at(CREATE, { name: "a", taskId, every: "5m", inputData: bad })).toBe("/input/inputData/num1");
  const schedule = { name: "a", taskId, inputData: good };
  expect(await at(CREATE, { ...schedule, cron: "0 25 * * *" })).toBe("/input/cron");
  expect(await at(CREATE, { ...schedule, every: "soon" })).toBe("/input/every");
  expect(await at(CREATE, { ...schedule, every: "5m", jitter: "much" })).toBe("/input/jitter");
  await server.call("POST", "/graphql", {
    query: CREATE,
    variables: { input: { ...schedule, every: "5m" } },
  } as never);
  const change = "mutation($input: UpdateScheduleInput!) { updateSchedule(id: 1, input: $input) { id } }";
  expect(await at(change, { inputData: bad })).toBe("/input/inputData/num1");
  expect(await at(change, { cron: "0 25 * * *" })).toBe("/input/cron");
  const { message } = await firstError(CREATE, { input: { ...schedule, every: "5m", inputData: bad } });
  expect(message).toContain("/input/inputData/num1 ");
});

test("REST does not list executions of a job that does not exist", async () => {
  const { status, body } = await server.call("GET", "/api/v1/executions?jobId=99999");
  expect([status, body.code]).toEqual([404, "JOB_NOT_FOUND"]);
});
