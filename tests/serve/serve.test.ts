import { afterEach, beforeEach, expect, test } from "bun:test";
import { existsSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually.ts";
import { RATCHET } from "../support/ratchet.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

const items = (body: { items?: unknown }) => body.items as { label: string; inSync: boolean; version: string }[];

test("starts in an empty folder, reports where everything is, runs its heartbeat, and exits with 0", async () => {
  const server = await place.serve();
  expect(server.ready).toMatchObject({
    rest: `${server.url}/api/v1`,
    graphql: `${server.url}/graphql`,
    health: `${server.url}/health`,
    folder: realpathSync(place.folder),
    database: "ratchet.db",
  });
  expect((await server.call("GET", "/ready")).body).toMatchObject({ ready: true });
  const { body } = await server.call("POST", "/api/v1/tasks/heartbeat/execute", { input: { message: "hi" } });
  expect(body).toMatchObject({ status: "completed", output: { status: "ok", message: "hi" } });
  const { code, stderr, stdout } = await server.end("SIGTERM");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(
    stdout
      .trim()
      .split("\n")
      .every((line) => JSON.parse(line).level !== undefined),
  ).toBe(true);
  expect(readdirSync(place.folder).sort()).toEqual(["ratchet.db", "ratchet.db.audit"]);
  const again = await place.serve();
  expect(items((await again.call("GET", "/api/v1/tasks")).body)).toHaveLength(1);
  expect((await again.end("SIGINT")).code).toBe(0);
});

test("loads ./tasks when it appears and follows it, and keeps the history when it is removed", async () => {
  const server = await place.serve();
  place.writeTask("double", "(n) => n * 2");
  await server.until("/api/v1/tasks", (body) => items(body).some(({ label }) => label === "double"));
  const job = await server.call("POST", "/api/v1/jobs", { task: "double", input: 21 });
  expect(job.status).toBe(201);
  const done = await server.until(`/api/v1/jobs/${job.body.id}`, ({ status }) => status === "completed");
  expect(done.output).toBe(42);
  place.writeTask("double", "(n) => n * 3", { version: "1.1.0" });
  await server.until("/api/v1/tasks/double", ({ version }) => version === "1.1.0");
  expect((await server.call("POST", "/api/v1/tasks/double/execute", { input: 2 })).body.output).toBe(6);
  rmSync(join(place.folder, "tasks"), { recursive: true });
  await server.until("/api/v1/tasks/double", ({ inSync }) => inSync === false);
  expect((await server.call("GET", `/api/v1/jobs/${job.body.id}`)).body.status).toBe("completed");
  expect((await server.end()).code).toBe(0);
});

const SLEEP = "async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return 'done'; }";

test("lets running jobs and direct executions finish within the grace period", async () => {
  place.writeTask("sleep", SLEEP);
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 400 });
  const direct = server.call("POST", "/api/v1/tasks/sleep/execute", { input: 400 });
  await server.until("/api/v1/executions?status=running", (page) => items(page).length === 2);
  expect((await server.end()).code).toBe(0);
  expect((await direct).body).toMatchObject({ status: "completed", output: "done" });
  const again = await place.serve();
  expect((await again.call("GET", `/api/v1/jobs/${body.id}`)).body).toMatchObject({ status: "completed", attempts: 1 });
});

test("hands back jobs that outlast the grace period, and runs them after the next start", async () => {
  place.writeTask("sleep", SLEEP);
  const server = await place.serve([], { RATCHET_SERVER_SHUTDOWN_GRACE: "100ms" });
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 1_500 });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "processing");
  expect((await server.end()).code).toBe(0);
  const again = await place.serve();
  const done = await again.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  expect(done).toMatchObject({ attempts: 2, retries: 0, rescues: 0 });
});

test("responds to a direct execution that outlasts the grace period, even in a loop, and stores its result", async () => {
  place.writeTask("sleep", SLEEP);
  place.writeTask("loop", "() => { for (;;); }", { limits: { time: "1m" } });
  const server = await place.serve([], { RATCHET_SERVER_SHUTDOWN_GRACE: "100ms", RATCHET_EXECUTION_WORKERS: "2" });
  const answers = ["sleep", "loop"].map((task) =>
    server.call("POST", `/api/v1/tasks/${task}/execute`, { input: 60_000 }),
  );
  await server.until("/api/v1/executions?status=running", (page) => items(page).length === 2);
  expect(await server.end()).toMatchObject({ code: 0, stderr: "" });
  for (const { body } of await Promise.all(answers)) {
    expect(body).toMatchObject({ status: "cancelled", error: { code: "CANCELLED" } });
    expect(JSON.stringify(body.error)).toContain("The server was stopped");
  }
  const again = await place.serve();
  expect(items((await again.call("GET", "/api/v1/executions?status=cancelled")).body)).toHaveLength(2);
});

test("a second signal ends it at once, and the next start rescues the job", async () => {
  place.writeTask("sleep", SLEEP);
  const server = await place.serve();
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "sleep", input: 1_000 });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "processing");
  server.process.kill("SIGTERM");
  // Two signals of one kind that arrive before the first was handled count as one.
  await server.written("a second signal ends them at once");
  const { signal } = await server.end("SIGTERM");
  expect(signal).toBe("SIGTERM");
  const again = await place.serve();
  const done = await again.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  expect(done).toMatchObject({ rescues: 1 });
});

test("writes nothing to disk with a database in memory", async () => {
  const server = await place.serve(["--database", "sqlite::memory:"]);
  expect((await server.call("POST", "/api/v1/jobs", { task: "heartbeat", input: {} })).status).toBe(201);
  expect((await server.end()).code).toBe(0);
  expect(readdirSync(place.folder)).toEqual([]);
});

test("reads a file and its profile, and a variable overrides both", async () => {
  place.write(
    "own.yaml",
    "logging: { format: text }\nprofiles: { small: { server: { database: { url: 'sqlite:small.db' } } } }\n",
  );
  const server = await place.serve(["--config", "own.yaml", "--profile", "small"]);
  const { stdout, code } = await server.end();
  expect(code).toBe(0);
  expect(stdout).toContain("database   small.db");
  expect(existsSync(join(place.folder, "small.db"))).toBe(true);
  const other = await place.serve(["--config", "own.yaml", "--profile", "small"], {
    RATCHET_DATABASE_URL: "sqlite:other.db",
    RATCHET_LOG_FORMAT: "json",
  });
  expect(other.ready.database).toBe("other.db");
});

test("shows where a task failed with --dev, and watches every folder", async () => {
  place.write("own.yaml", "registry: { sources: [{ name: own, uri: 'file://./tasks' }] }\n");
  place.writeTask("bad", "(input) => {\n  const name = input.missing.name;\n  return name;\n}\n");
  const server = await place.serve(["--dev", "--config", "own.yaml"]);
  const { body } = await server.call("POST", "/api/v1/tasks/bad/execute", { input: {} });
  expect(body).toMatchObject({ status: "failed" });
  place.writeTask("later", "() => 1");
  await server.until("/api/v1/tasks", (page) => items(page).some(({ label }) => label === "later"));
  const { stderr } = await server.end();
  expect(stderr).toContain("main.js:2:");
  expect(stderr).toContain("input.missing.name");
});

test("continues when nobody reads its output", async () => {
  place.writeTask("bad", "() => { throw new ValidationError('no'); }");
  const command = `"${RATCHET}" serve --port 0 | head -n 1`;
  const child = Bun.spawn(["sh", "-c", command], {
    cwd: place.folder,
    env: { PATH: Bun.env.PATH ?? "", HOME: place.folder },
    stdout: "pipe",
    stderr: "ignore",
  });
  const chunk = await child.stdout.getReader().read();
  const { url, pid } = JSON.parse(new TextDecoder().decode(chunk.value));
  try {
    const send = (method: string, path: string, body?: string) =>
      fetch(`${url}${path}`, { method, headers: { "content-type": "application/json" }, ...(body && { body }) });
    // A failed job is a message that nobody takes.
    const job = (await (await send("POST", "/api/v1/jobs", '{"task":"bad","input":{}}')).json()) as { id: number };
    await eventually(async () => {
      const { status } = (await (await send("GET", `/api/v1/jobs/${job.id}`)).json()) as { status: string };
      return status === "failed";
    });
    expect((await send("GET", "/health")).status).toBe(200);
  } finally {
    process.kill(pid, "SIGTERM");
  }
  await child.exited;
});
