/** The same request meets the same checks at REST and GraphQL: code, message, remedy, and the place in the request. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonValue } from "../../src/domain/json.ts";
import { startServer, type TestServer } from "./start-server.ts";

const INPUT = { num1: 1, num2: 2 };
let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
  await server.call("PATCH", "/api/v1/tasks/sleeping", { enabled: false });
  await server.call("PUT", "/api/v1/schedules/by-name/plan", { task: "addition", every: "5m", input: INPUT });
});
afterAll(() => server[Symbol.asyncDispose]());

interface Case {
  rest: [method: string, path: string, body?: JsonValue];
  graphql: string;
  variables?: JsonValue;
  code: string;
  /** In the request to REST, and in that to GraphQL. */
  pointers?: [rest: string, graphql: string];
}

const EXECUTE = "mutation($input: ExecuteTaskInput!) { executeTask(input: $input) { id } }";
const CREATE = "mutation($input: CreateScheduleInput!) { createSchedule(input: $input) { id } }";
const job = (body: Record<string, JsonValue>, code: string, field?: string): Case => ({
  rest: ["POST", "/api/v1/jobs", body],
  graphql: EXECUTE,
  variables: { input: body },
  code,
  ...(field !== undefined && { pointers: [`/${field}`, `/input/${field}`] }),
});
const schedule = (members: Record<string, JsonValue>, code: string, field: string): Case => {
  const body = { name: "new", task: "addition", input: INPUT, ...members };
  return {
    rest: ["POST", "/api/v1/schedules", body],
    graphql: CREATE,
    variables: { input: body },
    code,
    pointers: [`/${field}`, `/input/${field}`],
  };
};

const CASES: Record<string, Case> = {
  "an unknown task": job({ task: "adition" }, "TASK_NOT_FOUND"),
  "an unknown version": job({ task: "addition", version: "9.9.9", input: INPUT }, "TASK_NOT_FOUND"),
  "a disabled task": job({ task: "sleeping" }, "CONFLICT"),
  "an input that does not fit": job({ task: "addition", input: { num1: "x", num2: 1 } }, "INVALID_INPUT", "input/num1"),
  "a key with a control character": job({ task: "addition", input: INPUT, uniqueKey: "a\u0001" }, "USAGE", "uniqueKey"),
  "a tag with a control character": job({ task: "addition", input: INPUT, tags: ["a\u0001"] }, "USAGE", "tags"),
  "a malformed cron expression": schedule({ cron: "61 * * * *" }, "SCHEDULE_INVALID", "cron"),
  "an interval that is too short": schedule({ every: "1ms" }, "SCHEDULE_INVALID", "every"),
  "a name that is too long": schedule({ every: "5m", name: "x".repeat(201) }, "SCHEDULE_INVALID", "name"),
  "an unknown job": {
    rest: ["POST", "/api/v1/jobs/999/cancel"],
    graphql: "mutation { cancelJob(id: 999) { id } }",
    code: "JOB_NOT_FOUND",
  },
  "an unknown execution": {
    rest: ["GET", "/api/v1/executions/999/logs"],
    graphql: "{ executionLogs(executionId: 999) { seq } }",
    code: "EXECUTION_NOT_FOUND",
  },
  "an unknown schedule": {
    rest: ["POST", "/api/v1/schedules/none/trigger"],
    graphql: 'mutation { triggerSchedule(name: "none") { id } }',
    code: "SCHEDULE_NOT_FOUND",
  },
  "an unknown source": {
    rest: ["POST", "/api/v1/registry/sources/tsks/refresh"],
    graphql: 'mutation { refreshSource(name: "tsks") { name } }',
    code: "SOURCE_NOT_FOUND",
  },
  "a filter without conditions": {
    rest: ["POST", "/api/v1/jobs/bulk", { action: "cancel", filter: {} }],
    graphql: "mutation { bulkJobs(action: CANCEL, filter: {}) { changed } }",
    code: "USAGE",
    pointers: ["/filter", "/filter"],
  },
  "limits of nothing": {
    rest: ["PUT", "/api/v1/queue/limits", { concurrency: 1 }],
    graphql: "mutation { setQueueLimits(input: { concurrency: 1 }) { paused } }",
    code: "USAGE",
  },
  "a range of the future": {
    rest: ["POST", "/api/v1/schedules/plan/backfill", { from: "2998-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z" }],
    graphql:
      'mutation { backfillSchedule(name: "plan", from: "2998-01-01T00:00:00Z", to: "2999-01-01T00:00:00Z") { note } }',
    code: "USAGE",
  },
};

describe("is refused alike", () => {
  for (const [name, { rest, graphql, variables = {}, code, pointers }] of Object.entries(CASES)) {
    test(name, async () => {
      const [method, path, body] = rest;
      const { code: restCode, detail, remedy, errors } = (await server.call(method, path, body)).body;
      const reply = await server.call("POST", "/graphql", { query: graphql, variables });
      const { message, extensions } = reply.body.errors[0];
      expect([restCode, extensions.code]).toEqual([code, code]);
      expect(extensions.remedy).toBe(remedy);
      const found = [errors?.[0]?.pointer, extensions.errors?.[0]?.pointer];
      if (pointers !== undefined) expect(found).toEqual(pointers);
      const [restPointer = "", graphqlPointer = ""] = pointers ?? [];
      expect(message).toBe(restPointer === "" ? detail : detail.replace(`${restPointer} `, `${graphqlPointer} `));
    });
  }
});
