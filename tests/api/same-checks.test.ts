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
  /** REST finds it when it compares the request with its schema, before the service does: the wording differs. */
  form?: true;
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

/** A member that REST's schema of the request excludes as well. */
const form = (tested: Case): Case => ({ ...tested, form: true });
const limits = (members: Record<string, JsonValue>, field: string): Case =>
  form({
    rest: ["PUT", "/api/v1/queue/limits", members],
    graphql: "mutation($input: QueueLimitsInput!) { setQueueLimits(input: $input) { paused } }",
    variables: { input: members },
    code: "USAGE",
    pointers: [`/${field}`, `/input/${field}`],
  });
const listed = (path: string, query: string, field: string): Case =>
  form({ rest: ["GET", path], graphql: `{ ${query} }`, code: "USAGE", pointers: [`/${field}`, `/${field}`] });
const LONG = "x".repeat(1_001);
const TAGS = Array.from({ length: 21 }, (_, index) => `tag ${index}`);

/** A list of this many levels. */
const nested = (levels: number): JsonValue => JSON.parse("[".repeat(levels) + "]".repeat(levels));

const CASES: Record<string, Case> = {
  "an unknown task": job({ task: "adition" }, "TASK_NOT_FOUND"),
  "an unknown version": job({ task: "addition", version: "9.9.9", input: INPUT }, "TASK_NOT_FOUND"),
  "a disabled task": job({ task: "sleeping" }, "CONFLICT"),
  "an input that does not fit": job({ task: "addition", input: { num1: "x", num2: 1 } }, "INVALID_INPUT", "input/num1"),
  "an input that is nested too deeply": job({ task: "addition", input: nested(501) }, "INVALID_JSON", "input"),
  "a schedule's input that is nested too deeply": schedule(
    { every: "5m", input: nested(501) },
    "INVALID_JSON",
    "input",
  ),
  "a key with a control character": job({ task: "addition", input: INPUT, uniqueKey: "a\u0001" }, "USAGE", "uniqueKey"),
  "a tag with a control character": job({ task: "addition", input: INPUT, tags: ["a\u0001"] }, "USAGE", "tags"),
  "a malformed cron expression": schedule({ cron: "61 * * * *" }, "SCHEDULE_INVALID", "cron"),
  "an interval that is too short": schedule({ every: "1ms" }, "SCHEDULE_INVALID", "every"),
  "a job with too many tags": form(job({ task: "addition", input: INPUT, tags: TAGS }, "USAGE", "tags")),
  "a job with too many retries": form(
    job({ task: "addition", input: INPUT, maxRetries: 1_001 }, "USAGE", "maxRetries"),
  ),
  "a version that is too long": form(job({ task: "addition", input: INPUT, version: LONG }, "USAGE", "version")),
  "an empty version": form(job({ task: "addition", input: INPUT, version: "" }, "USAGE", "version")),
  "a schedule's empty version": form(schedule({ every: "5m", version: "" }, "USAGE", "version")),
  "jobs with an empty version": listed("/api/v1/jobs?version=", 'jobs(version: "") { total }', "version"),
  "jobs with an empty error code": listed("/api/v1/jobs?errorCode=", 'jobs(errorCode: "") { total }', "errorCode"),
  "a schedule with too many tags": form(schedule({ every: "5m", tags: TAGS }, "USAGE", "tags")),
  "a schedule with too many retries": form(schedule({ every: "5m", maxRetries: 1_001 }, "USAGE", "maxRetries")),
  "a schedule with a long concurrency key": form(
    schedule({ every: "5m", concurrencyKey: LONG }, "USAGE", "concurrencyKey"),
  ),
  "a schedule's tag with a control character": schedule({ every: "5m", tags: ["a\u0001"] }, "USAGE", "tags"),
  "a cron expression that is too long": schedule({ cron: LONG }, "SCHEDULE_INVALID", "cron"),
  "a time zone that is too long": schedule({ cron: "@daily", timezone: LONG }, "SCHEDULE_INVALID", "timezone"),
  "a name that is much too long": schedule({ every: "5m", name: LONG }, "SCHEDULE_INVALID", "name"),
  "no jobs at once": limits({ key: "a", concurrency: 0 }, "concurrency"),
  "too many jobs at once": limits({ key: "a", concurrency: 1_000_001 }, "concurrency"),
  "a rate of nothing": limits({ key: "a", rate: { count: 0, periodMs: 1 } }, "rate/count"),
  "a rate over no time": limits({ key: "a", rate: { count: 1, periodMs: 0 } }, "rate/periodMs"),
  "a rate over half a millisecond": limits({ key: "a", rate: { count: 1, periodMs: 0.5 } }, "rate/periodMs"),
  "a rate over more than a year": limits({ key: "a", rate: { count: 1, periodMs: 31_622_400_001 } }, "rate/periodMs"),
  "limits of an empty key": limits({ key: "", concurrency: 1 }, "key"),
  "limits of a key with a control character": limits({ key: "a\u0001", concurrency: 1 }, "key"),
  "a long note": form({
    rest: ["POST", "/api/v1/queue/pause", { note: LONG }],
    graphql: `mutation { pauseQueue(note: "${LONG}") { paused } }`,
    code: "USAGE",
    pointers: ["/note", "/note"],
  }),
  "a long reason": form({
    rest: ["POST", "/api/v1/schedules/plan/pause", { reason: LONG }],
    graphql: `mutation { pauseSchedule(name: "plan", reason: "${LONG}") { id } }`,
    code: "USAGE",
    pointers: ["/reason", "/reason"],
  }),
  "a batch without jobs": form({
    rest: ["POST", "/api/v1/jobs/batch", { jobs: [] }],
    graphql: "mutation { enqueueJobs(jobs: []) { created } }",
    code: "USAGE",
    pointers: ["/jobs", "/jobs"],
  }),
  "a preview of too many firings": form({
    rest: ["POST", "/api/v1/schedules/preview", { every: "5m", count: 1_001 }],
    graphql: '{ previewSchedule(every: "5m", count: 1001) { at } }',
    code: "USAGE",
    pointers: ["/count", "/count"],
  }),
  "no next firings": listed(
    "/api/v1/schedules/plan/next?count=0",
    'nextFirings(name: "plan", count: 0) { at }',
    "count",
  ),
  "no past firings": listed(
    "/api/v1/schedules/plan/firings?limit=0",
    'scheduleFirings(name: "plan", limit: 0) { note }',
    "limit",
  ),
  "no log lines": listed(
    "/api/v1/executions/1/logs?limit=0",
    "executionLogs(executionId: 1, limit: 0) { seq }",
    "limit",
  ),
  "jobs with an empty tag": listed("/api/v1/jobs?tag=", 'jobs(tag: "") { total }', "tag"),
  "jobs with a long key": listed(`/api/v1/jobs?uniqueKey=${LONG}`, `jobs(uniqueKey: "${LONG}") { total }`, "uniqueKey"),
  "jobs of an impossible schedule": listed("/api/v1/jobs?scheduleId=0", "jobs(scheduleId: 0) { total }", "scheduleId"),
  "jobs in no status": form({
    rest: ["POST", "/api/v1/jobs/bulk", { action: "cancel", filter: { status: [] } }],
    graphql: "mutation { bulkJobs(action: CANCEL, filter: { status: [] }) { changed } }",
    code: "USAGE",
    pointers: ["/filter/status", "/filter/status"],
  }),
  "a name that is too long": schedule({ every: "5m", name: "x".repeat(201) }, "SCHEDULE_INVALID", "name"),
  "a change of nothing": form({
    rest: ["PATCH", "/api/v1/jobs/1", {}],
    graphql: "mutation { updateJob(id: 1) { id } }",
    code: "USAGE",
    pointers: ["", ""],
  }),
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

describe("is rejected in the same way", () => {
  for (const [name, { rest, graphql, variables = {}, code, pointers, form }] of Object.entries(CASES)) {
    test(name, async () => {
      const [method, path, body] = rest;
      const { code: restCode, detail, remedy, errors } = (await server.call(method, path, body)).body;
      const reply = await server.call("POST", "/graphql", { query: graphql, variables });
      const { message, extensions } = reply.body.errors[0];
      expect([restCode, extensions.code]).toEqual([code, code]);
      const found = [errors?.[0]?.pointer, extensions.errors?.[0]?.pointer];
      if (pointers !== undefined) expect(found).toEqual(pointers);
      if (form) return;
      expect(extensions.remedy).toBe(remedy);
      const [restPointer = "", graphqlPointer = ""] = pointers ?? [];
      expect(message).toBe(restPointer === "" ? detail : detail.replace(`${restPointer} `, `${graphqlPointer} `));
    });
  }
});
