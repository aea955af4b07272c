/** GraphQL has what REST has about a task's versions, its program and its validity, about the cache and the server. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ working: false });
});
afterAll(() => server[Symbol.asyncDispose]());

const run = async (query: string, variables: object = {}) =>
  (await server.call("POST", "/graphql", { query, variables } as never)).body;

async function data(query: string, variables: object = {}) {
  const { data: found, errors } = await run(query, variables);
  expect(errors).toBeUndefined();
  return found;
}

describe("a task", () => {
  test.each(["label", "uuid", "id"])(
    "named by its %s has the versions and the program that REST shows",
    async (name) => {
      const { body: task } = await server.call("GET", "/api/v1/tasks/addition");
      const { body: versions } = await server.call("GET", "/api/v1/tasks/addition/versions");
      const { body: program } = await server.call("GET", "/api/v1/tasks/addition/source");
      const query = `query($t: ID!) {
      taskVersions(task: $t) {
        version checksum source origin available kept createdAt updatedAt
        unfinished { queued processing retrying sleeping paused needs_attention }
      }
      taskSource(task: $t) { file text }
    }`;
      const found = await data(query, { t: task[name] });
      expect(found.taskVersions).toEqual(versions.items);
      expect(found.taskSource).toEqual({ file: "main.js", text: program });
    },
  );

  test("has the program of a version, and an error for a version that does not exist", async () => {
    const { taskSource } = await data('{ taskSource(task: "addition", version: "1.0.0") { text } }');
    expect(taskSource.text).toContain("num1");
    const { errors } = await run('{ taskSource(task: "addition", version: "9.9.9") { text } }');
    const { body } = await server.call("GET", "/api/v1/tasks/addition/source?version=9.9.9");
    expect([errors[0].extensions.code, errors[0].message]).toEqual([body.code, body.detail]);
  });

  test.each<[string, object]>([
    ["without an input", {}],
    ["with a valid input", { input: { num1: 1, num2: 2 } }],
    ["with an input that is not valid", { input: { num1: "one" } }],
    ["with null as its input", { input: null }],
  ])("is validated as by REST, %s", async (_title, variables) => {
    const query = `query($input: JSON) {
      validateTask(task: "addition", input: $input) {
        valid problems { severity file message remedy } violations { pointer message }
      }
    }`;
    const { validateTask } = await data(query, variables);
    const { body } = await server.call("POST", "/api/v1/tasks/addition/validate", variables as never);
    expect(validateTask).toEqual(body);
    expect(validateTask.valid).toBe(!("input" in variables) || validateTask.violations.length === 0);
  });

  test("that does not exist is the same error as in REST", async () => {
    for (const field of [
      "taskVersions(task: $t) { version }",
      "taskSource(task: $t) { text }",
      "validateTask(task: $t) { valid }",
    ]) {
      const { errors } = await run(`query($t: ID!) { ${field} }`, { t: "adition" });
      expect(errors[0].message).toBe('There is no task "adition". Did you mean "addition"?');
      expect(errors[0].extensions.code).toBe("TASK_NOT_FOUND");
    }
  });
});

test("tasks are filtered by source and by whether a source still has them", async () => {
  const { tasks } = await data("{ tasks(inSync: true) { total } }");
  expect(tasks.total).toBeGreaterThan(0);
  expect((await data("{ tasks(inSync: false) { total } }")).tasks.total).toBe(0);
  expect((await data('{ tasks(source: "nowhere") { total } }')).tasks.total).toBe(0);
  const { source } = (await server.call("GET", "/api/v1/tasks/addition")).body;
  const { body } = await server.call("GET", `/api/v1/tasks?source=${source}`);
  const named = await data("query($s: String) { tasks(source: $s) { total tasks { label } } }", { s: source });
  expect(named.tasks.total).toBe(body.items.length);
  expect(named.tasks.tasks).toContainEqual({ label: "addition" });
});

test("a schedule is replaced by its id or name: omitted members get their defaults", async () => {
  const input = { num1: 1, num2: 2 };
  const plan = { name: "nightly", task: "addition", cron: "0 2 * * *", input, priority: "high", tags: ["a"] };
  const { body: created } = await server.call("POST", "/api/v1/schedules", plan);
  const query = `mutation($id: Int, $name: String, $input: CreateScheduleInput!) {
    replaceSchedule(id: $id, name: $name, input: $input) { id name cron every priority tags input }
  }`;
  const replacement = { name: "renamed", task: "addition", every: "5m", input };
  const { replaceSchedule } = await data(query, { id: created.id, input: replacement });
  const defaults = { cron: null, every: "5m", priority: "NORMAL", tags: [], input };
  expect(replaceSchedule).toEqual({ id: created.id, name: "renamed", ...defaults });
  const byName = await data(query, { name: "renamed", input: { ...replacement, name: "again" } });
  expect(byName.replaceSchedule).toEqual({ id: created.id, name: "again", ...defaults });
  const { errors } = await run(query, { name: "absent", input: replacement });
  expect(errors[0].extensions.code).toBe("SCHEDULE_NOT_FOUND");
});

test("the cache and the server have the stats of REST", async () => {
  const { cacheStats } = await data("{ cacheStats { entries bytes maxEntries maxBytes hits misses purged } }");
  expect(cacheStats).toEqual((await server.call("GET", "/api/v1/registry/cache")).body);
  const { serverStats } = await data(`{ serverStats {
    jobs { queued processing retrying sleeping paused needs_attention completed failed cancelled }
    executions { pending running sleeping paused needs_attention completed failed cancelled }
    meanDurationMs directRunning tasks { total enabled } schedules { total enabled } workers
  } }`);
  const { oldestReadyMs, memory, caches, ...stats } = (await server.call("GET", "/api/v1/stats")).body;
  expect(serverStats).toEqual(stats);
  const query = `{ serverStats { memory { ${Object.keys(memory).join(" ")} } caches { name entries bytes hits misses } } }`;
  const { serverStats: parts } = await data(query);
  expect(parts.caches).toEqual(caches);
  // The heap changes with every request.
  const still = { residentBytes: 0, heapBytes: 0, externalBytes: 0, requestBodyBytes: 0 };
  expect({ ...parts.memory, ...still }).toEqual({ ...memory, ...still });
  expect(oldestReadyMs).toBe((await data("{ serverStats { oldestReadyMs } }")).serverStats.oldestReadyMs);
});

test("stats of jobs and executions are those of a task, named by its label", async () => {
  const query = "query($t: ID) { jobStats(task: $t) { total } executionStats(task: $t) { total } }";
  expect(await data(query, { t: "addition" })).toEqual({ jobStats: { total: 0 }, executionStats: { total: 0 } });
  expect((await run(query, { t: "adition" })).errors[0].extensions.code).toBe("TASK_NOT_FOUND");
});
