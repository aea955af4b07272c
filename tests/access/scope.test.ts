/** Callers who are limited to some tasks see and change nothing of the others. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Reply, startServer, type TestServer } from "../api/start-server.ts";
import { eventually } from "../support/eventually.ts";
import { keyHeader, sessionHeader } from "./credentials.ts";

let server: TestServer;
let all: Record<string, string>;
let viewer: Record<string, string>;
let operator: Record<string, string>;
let own: number;
let foreign: number;
beforeAll(async () => {
  server = await startServer({ working: false, access: true });
  all = await keyHeader(server, "all", "operator");
  viewer = await keyHeader(server, "few-viewer", "viewer", { tasks: ["addi*"] });
  operator = await keyHeader(server, "few-operator", "operator", { tasks: ["none", "addi*"] });
  await eventually(async () => (await server.call("GET", "/api/v1/jobs")).status === 401);
  const create = async (task: string) =>
    (await server.call("POST", "/api/v1/jobs", { task, input: { num1: 1, num2: 2 }, tags: ["both"] }, all)).body.id;
  own = await create("addition");
  foreign = await create("sleeping");
  await create("sleeping");
});
afterAll(() => server[Symbol.asyncDispose]());

const get = (path: string, who = viewer): Promise<Reply> => server.call("GET", `/api/v1${path}`, undefined, who);
const graphql = async (query: string, who = viewer) => (await server.call("POST", "/graphql", { query }, who)).body;

test("lists contain only what belongs to one's tasks, with every filter", async () => {
  for (const query of ["", "?status=queued", "?tag=both", "?priority=normal", "?createdFrom=2020-01-01T00:00:00Z"]) {
    const { items } = (await get(`/jobs${query}`)).body;
    expect(items.map(({ id }: { id: number }) => id)).toEqual([own]);
  }
  expect((await get("/jobs", all)).body.items).toHaveLength(3);
  const tasks = (await get("/tasks")).body.items.map(({ label }: { label: string }) => label);
  expect(tasks).toEqual(["addition"]);
  expect((await get("/jobs?task=sleeping")).status).toBe(404);
});

test("what belongs to another task does not exist", async () => {
  for (const path of ["", "/explain"]) expect((await get(`/jobs/${foreign}${path}`)).status).toBe(404);
  expect((await get(`/jobs/${own}`)).status).toBe(200);
  for (const path of ["", "/source", "/versions"]) expect((await get(`/tasks/sleeping${path}`)).status).toBe(404);
  const message = (await get("/tasks/sleepin")).body.detail;
  expect(message).not.toContain("sleeping");
  const change = (method: string, path: string, body: object = {}) =>
    server.call(method, `/api/v1${path}`, body as never, operator);
  expect((await change("POST", `/jobs/${foreign}/cancel`)).status).toBe(404);
  expect((await change("POST", `/jobs/${foreign}/retry`)).status).toBe(404);
  expect((await change("PATCH", `/jobs/${foreign}`, { priority: "high" })).status).toBe(404);
  expect((await change("DELETE", `/jobs/${foreign}`)).status).toBe(404);
  expect((await change("POST", "/jobs", { task: "sleeping" })).status).toBe(404);
  expect((await change("POST", "/tasks/sleeping/execute", { input: {} })).status).toBe(404);
  expect((await get(`/jobs/${foreign}`, all)).body.status).toBe("queued");
});

test("stats and counts are of one's tasks", async () => {
  const { jobs, tasks, oldestReadyMs } = (await get("/stats")).body;
  expect(jobs.queued).toBe(1);
  expect(tasks.total).toBe(1);
  expect(oldestReadyMs).toBeNumber();
  expect((await get("/stats", all)).body.jobs.queued).toBe(3);
  const { data } = await graphql(
    "{ jobs { total } tasks { total } jobStats { queued } serverStats { jobs { queued } tasks { total } } taskStats { total } }",
  );
  expect(data).toEqual({
    jobs: { total: 1 },
    tasks: { total: 1 },
    jobStats: { queued: 1 },
    serverStats: { jobs: { queued: 1 }, tasks: { total: 1 } },
    taskStats: { total: 1 },
  });
});

test("GraphQL knows no other task, by id or in a relation", async () => {
  const { data } = await graphql(
    `{ job(id: ${foreign}) { id } task(ref: "sleeping") { id } own: job(id: ${own}) { task { label } } }`,
  );
  expect(data).toEqual({ job: null, task: null, own: { task: { label: "addition" } } });
});

test("a batch with one foreign job is refused as a whole", async () => {
  const before = (await get("/jobs", all)).body.items.length;
  const jobs = [{ task: "addition", input: { num1: 1, num2: 1 } }, { task: "sleeping" }];
  expect((await server.call("POST", "/api/v1/jobs/batch", { jobs }, operator)).status).toBe(404);
  expect((await get("/jobs", all)).body.items).toHaveLength(before);
});

test("a schedule of another task can't be found, created or moved", async () => {
  const created = await server.call(
    "POST",
    "/api/v1/schedules",
    { name: "theirs", task: "sleeping", every: "1h" },
    all,
  );
  const id = created.body.id;
  expect((await get("/schedules")).body.items).toEqual([]);
  for (const path of [
    `/schedules/${id}`,
    "/schedules/by-name/theirs",
    `/schedules/${id}/next`,
    `/schedules/${id}/firings`,
  ]) {
    expect([path, (await get(path)).status]).toEqual([path, 404]);
  }
  for (const action of ["trigger", "pause", "resume"]) {
    expect((await server.call("POST", `/api/v1/schedules/${id}/${action}`, {}, operator)).status).toBe(404);
  }
  const mine = { name: "mine", task: "addition", every: "1h", input: { num1: 1, num2: 2 } };
  const { body } = await server.call("POST", "/api/v1/schedules", mine, operator);
  expect((await get("/schedules")).body.items.map(({ name }: { name: string }) => name)).toEqual(["mine"]);
  const moved = await server.call("PATCH", `/api/v1/schedules/${body.id}`, { task: "sleeping" }, operator);
  expect(moved.status).toBe(404);
  // The name is taken, and that is all that can be learned of it.
  const taken = await server.call("PUT", "/api/v1/schedules/by-name/theirs", { ...mine, name: "theirs" }, operator);
  expect(taken.status).toBe(409);
  expect((await get(`/schedules/${id}`, all)).body.task.label).toBe("sleeping");
});

test("a webhook of another task can't be found or changed", async () => {
  const webhook = { name: "theirs", task: "sleeping", verification: { type: "github", secret: "HOOK" } };
  expect((await server.call("POST", "/api/v1/webhooks", webhook, all)).status).toBe(201);
  expect((await get("/webhooks")).body.items).toEqual([]);
  for (const path of ["/webhooks/theirs", "/webhooks/theirs/deliveries"]) expect((await get(path)).status).toBe(404);
  expect((await server.call("DELETE", "/api/v1/webhooks/theirs", undefined, operator)).status).toBe(404);
  expect((await server.call("POST", "/api/v1/webhooks", { ...webhook, name: "mine" }, operator)).status).toBe(404);
  const { data } = await graphql('{ webhook(name: "theirs") { name } }');
  expect(data).toEqual({ webhook: null });
});

test("what concerns all tasks needs a key for all tasks", async () => {
  for (const path of ["/metrics", "/api/v1/registry/sources", "/api/v1/registry/cache"]) {
    expect((await server.call("GET", path, undefined, viewer)).status).toBe(403);
  }
  const change = (method: string, path: string, body: object) =>
    server.call(method, `/api/v1/queue/${path}`, body as never, operator);
  expect((await change("POST", "pause", {})).status).toBe(403);
  expect((await change("POST", "resume", {})).status).toBe(403);
  expect((await change("PUT", "limits", { anyKey: true, concurrency: 1 })).status).toBe(403);
  expect((await change("PUT", "limits", { key: "x", concurrency: 1 })).status).toBe(403);
  expect((await change("POST", "pause", { task: "sleeping" })).status).toBe(404);
  expect((await change("POST", "pause", { task: "addition" })).status).toBe(200);
  await server.call("POST", "/api/v1/queue/pause", { task: "sleeping" }, all);
  expect((await get("/queue")).body.pauses).toHaveLength(1);
  expect((await get("/queue", all)).body.pauses).toHaveLength(2);
  for (const task of ["addition", "sleeping"]) await server.call("POST", "/api/v1/queue/resume", { task }, all);
  const { errors } = await graphql("mutation { pauseQueue { paused } }", operator);
  expect(errors[0].extensions.code).toBe("FORBIDDEN");
});

test("live events are of one's tasks", async () => {
  const abort = new AbortController();
  const response = await fetch(`${server.url}/api/v1/events?lastEventId=0`, { headers: viewer, signal: abort.signal });
  const queued = await server.call("POST", "/api/v1/jobs", { task: "sleeping" }, all);
  const last = await server.call("POST", "/api/v1/jobs", { task: "addition", input: { num1: 1, num2: 2 } }, all);
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(piece);
    if (text.includes(`"jobId":${last.body.id},`)) break;
  }
  abort.abort();
  expect(text).toContain(`"jobId":${own},`);
  expect(text).not.toContain(`"jobId":${foreign},`);
  expect(text).not.toContain(`"jobId":${queued.body.id},`);
});

test("bulk changes touch only one's own", async () => {
  const dry = await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", all: true, dryRun: true }, operator);
  expect(dry.body).toEqual({ changed: 2, dryRun: true });
  const done = await server.call("POST", "/api/v1/jobs/bulk", { action: "cancel", all: true }, operator);
  expect(done.body).toEqual({ changed: 2 });
  expect((await get("/stats", all)).body.jobs).toMatchObject({ queued: 3, cancelled: 2 });
});

test("numbers of what several tasks share are not shown", async () => {
  const job = { task: "addition", input: { num1: 1, num2: 2 } };
  const last = (await server.call("POST", "/api/v1/jobs", job, operator)).body.id;
  const { ahead, message } = (await get(`/jobs/${last}/explain`)).body;
  expect([ahead, message]).toEqual([null, "The job is ready and waits for a free worker."]);
  expect((await get(`/jobs/${last}/explain`, all)).body.ahead).toBeGreaterThan(1);
  const { data } = await graphql(`{ explainJob(id: ${last}) { ahead message } }`);
  expect(data.explainJob).toEqual({ ahead, message });
});

test("an idempotency key of another task's job shows nothing of that job", async () => {
  const theirs = { task: "sleeping", input: {}, idempotencyKey: "taken" };
  expect((await server.call("POST", "/api/v1/jobs", theirs, all)).status).toBe(201);
  const mine = { ...theirs, task: "addition", input: { num1: 1, num2: 2 } };
  for (const [path, body] of [
    ["/api/v1/jobs", mine],
    ["/api/v1/jobs/batch", { jobs: [mine] }],
  ] as const) {
    const refused = await server.call("POST", path, body as never, operator);
    expect([refused.status, refused.body.code]).toEqual([409, "CONFLICT"]);
    expect(JSON.stringify(refused.body)).not.toContain("jobId");
  }
  const { errors } = await graphql(
    'mutation { executeTask(input: { task: "addition", input: { num1: 1, num2: 2 }, idempotencyKey: "taken" }) { id } }',
    operator,
  );
  expect(errors[0].extensions.code).toBe("CONFLICT");
  expect(JSON.stringify(errors)).not.toContain("jobId");
});

test("an admin enables and disables one's own tasks, and no others", async () => {
  const admin = await keyHeader(server, "few-admin", "admin", { tasks: ["addi*"] });
  const change = (task: string, enabled: boolean) => server.call("PATCH", `/api/v1/tasks/${task}`, { enabled }, admin);
  expect(await change("addition", false)).toMatchObject({ status: 200, body: { enabled: false } });
  expect((await change("sleeping", false)).status).toBe(404);
  const [mine, theirs] = [await server.taskId("addition"), await server.taskId("sleeping")];
  const mutation = (id: number) => `mutation { updateTaskStatus(id: ${id}, enabled: true) { enabled } }`;
  expect((await graphql(mutation(mine), admin)).data).toEqual({ updateTaskStatus: { enabled: true } });
  expect((await graphql(mutation(theirs), admin)).errors[0].extensions.code).toBe("TASK_NOT_FOUND");
  expect((await get("/tasks/sleeping", all)).body.enabled).toBe(true);
});

test("patterns that people mean differently are refused, with how to write them", async () => {
  const admin = await keyHeader(server, "patterns-admin", "admin");
  const create = (tasks: string[]) =>
    server.call("POST", "/api/v1/keys", { name: "wrong", role: "viewer", tasks }, admin);
  for (const pattern of ["a-*,b-*", "?ddition", "[a]*", "{a,b}", "a|b", "addition ", " addition", "a\nb"]) {
    const { status, body } = await create(["addition", pattern]);
    expect([pattern, status, body.errors?.[0]?.pointer]).toEqual([pattern, 400, "/tasks/1"]);
  }
  expect((await create(["a-*,b-*"])).body.detail).toContain("only * is special");
  const query = 'mutation { createKey(name: "wrong", role: VIEWER, tasks: ["a-*,b-*"]) { name } }';
  expect(JSON.stringify((await graphql(query, admin)).errors)).toContain("only * is special");
});

/** Opens a stream. @returns a function that says whether it is over */
async function openStream(path: string, headers: Record<string, string>, query?: string): Promise<() => boolean> {
  const response = await fetch(`${server.url}${path}`, {
    headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
    ...(query === undefined ? {} : { method: "POST", body: JSON.stringify({ query }) }),
  });
  expect(response.status).toBe(200);
  let isOver = false;
  void response.text().then(() => {
    isOver = true;
  });
  return () => isOver;
}

test("streams end soon after their caller lost a right, without an event", async () => {
  const { keys, users } = server.deps.access;
  const revoked = await keyHeader(server, "listener", "viewer");
  const loggedOut = await sessionHeader(server, "leaver", "viewer");
  const limited = await sessionHeader(server, "demoted", "operator");
  const staying = await keyHeader(server, "staying", "viewer");
  const open = async (headers: Record<string, string>) => [
    await openStream("/api/v1/events?types=job.queued", headers),
    await openStream("/graphql", headers, "subscription { jobUpdates { id } }"),
  ];
  const ending = [...(await open(revoked)), ...(await open(loggedOut)), ...(await open(limited))];
  const others = await open(staying);
  await keys.revoke("listener");
  await users.delete("leaver");
  await users.change("demoted", { role: "viewer", tasks: ["addi*"] }, "");
  await eventually(async () => ending.every((isOver) => isOver()));
  expect(others.map((isOver) => isOver())).toEqual([false, false]);
  expect((await get("/events", revoked)).status).toBe(401);
  await keys.revoke("staying");
  await eventually(async () => others.every((isOver) => isOver()));
}, 60_000);
