import { afterAll, beforeAll, expect, test } from "bun:test";
import type { JsonObject } from "../../src/domain/json.ts";
import { shell } from "../support/ratchet.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
let server: ServeProcess;
beforeAll(async () => {
  place = newWorkplace();
  place.writeTask("add", "({ a, b }) => ({ sum: a + b })");
  place.write(
    "tasks/add/input.schema.json",
    JSON.stringify({
      type: "object",
      required: ["a", "b"],
      properties: { a: { type: "number" }, b: { type: "number" } },
    }),
  );
  place.writeTask("fail", "() => { throw new ValidationError('not today'); }");
  place.writeTask("slow", "async () => { await new Promise((resolve) => setTimeout(resolve, 60000)); }");
  server = await place.serve();
});
afterAll(async () => {
  server.process.kill("SIGKILL");
  await server.process.exited;
  place[Symbol.dispose]();
});

const run = (...args: string[]) => place.ratchet([...args, "--server", server.url]);
const idOf = async (...args: string[]) => (await run("enqueue", ...args)).stdout.trim();

test("enqueue prints the job's id, or the job", async () => {
  const { stdout, stderr, code } = await run("enqueue", "--task", "add", "--input-json", '{"a":1,"b":2}');
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  expect(stdout).toMatch(/^\d+\n$/);
  const other = await run("enqueue", "--task", "add", "--input-json", '{"a":1,"b":2}', "--priority", "high", "--json");
  expect(JSON.parse(other.stdout)).toMatchObject({ status: "queued", priority: "high" });
});

test.skipIf(process.platform !== "linux")("enqueue creates no job if its result can't be printed", async () => {
  const line = `"$RATCHET" enqueue --task add --input-json '{"a":1,"b":2}' --unique-key unprinted --server ${server.url}`;
  expect(await shell(`${line} >&-`)).toMatchObject({ exitCode: 6 });
  expect((await server.call("GET", "/api/v1/jobs?uniqueKey=unprinted")).body).toMatchObject({ items: [] });
});

test("enqueue --wait prints the result and ends like a run of the task", async () => {
  const good = await run("enqueue", "--task", "add", "--input-json", '{"a":5,"b":10}', "--wait");
  expect(good).toEqual({ code: 0, stdout: '{"sum":15}\n', stderr: "" });
  const bad = await run("enqueue", "--task", "fail", "--wait", "--error-format", "json");
  expect(bad).toMatchObject({ code: 1, stdout: "" });
  expect(JSON.parse(bad.stderr).error).toMatchObject({ code: "TASK_FAILED", guest: { name: "ValidationError" } });
  const late = await run("enqueue", "--task", "slow", "--wait", "--wait-timeout", "50ms");
  expect(late.code).toBe(4);
  expect(late.stderr).toContain("has not ended within 50ms");
});

test("enqueue reads a file or standard input, and the same idempotency key returns the same job", async () => {
  const args = ["enqueue", "--task", "add", "--input-file", "-", "--idempotency-key", "once", "--server", server.url];
  const first = await place.ratchet(args, { stdin: '{"a":1,"b":1}' });
  const second = await place.ratchet(args, { stdin: '{"a":1,"b":1}' });
  expect(first.code).toBe(0);
  expect(second.stdout).toBe(first.stdout);
  const other = await place.ratchet(args, { stdin: '{"a":2,"b":1}' });
  expect(other.code).toBe(3);
});

test("enqueue says what is wrong, with the exit code of the error", async () => {
  const invalid = await run("enqueue", "--task", "add", "--input-json", '{"a":"x","b":2}');
  expect(invalid.code).toBe(3);
  expect(invalid.stderr).toContain("/input/a");
  expect((await run("enqueue", "--task", "nothing")).code).toBe(3);
  expect((await run("enqueue", "--task", "add", "--input-json", "{")).code).toBe(3);
  expect((await run("enqueue")).code).toBe(2);
  expect((await run("enqueue", "--task", "")).code).toBe(2);
  expect((await run("enqueue", "--task", "add", "--priority", "urgent")).code).toBe(2);
});

test("without a server the commands end with 6 and say how to start one", async () => {
  const { code, stderr } = await place.ratchet(["jobs", "list", "--server", "http://127.0.0.1:9"]);
  expect(code).toBe(6);
  expect(stderr).toContain("ratchet serve");
  using web = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("<html>hello") });
  const other = await place.ratchet(["jobs", "list", "--server", `http://127.0.0.1:${web.port}`]);
  expect(other.code).toBe(6);
  expect(other.stderr).toContain("like a Ratchet server");
  // Where none is named, the configuration says where it is.
  const named = await place.ratchet(["repo", "status"], { env: { RATCHET_SERVER_PORT: new URL(server.url).port } });
  expect(named.code).toBe(0);
});

test("enqueue --wait waits for a server that is restarted", async () => {
  using other = newWorkplace();
  other.writeTask("sleep", "async (ms) => { await new Promise((resolve) => setTimeout(resolve, ms)); return 'done'; }");
  const first = await other.serve([], { RATCHET_SERVER_SHUTDOWN_GRACE: "0s" });
  const port = new URL(first.url).port;
  const args = ["enqueue", "--task", "sleep", "--input-json", "300", "--wait", "--server", first.url];
  const waiting = other.ratchet(args);
  await first.until("/api/v1/executions?status=running", ({ items }) => (items as unknown[]).length === 1);
  await first.end();
  const second = await other.serve(["--port", port]);
  expect(await waiting).toEqual({ code: 0, stdout: '"done"\n', stderr: "" });
  await second.end();
});

test("jobs: list, show, cancel, retry", async () => {
  const id = await idOf("--task", "slow", "--delay", "1h");
  const list = await run("jobs", "list", "--task", "slow", "--status", "queued", "--json");
  expect(
    list.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).id),
  ).toContain(Number(id));
  const shown = JSON.parse((await run("jobs", "show", id, "--json")).stdout);
  expect(shown).toMatchObject({ id: Number(id), explanation: { reason: "not_due" }, executions: [] });
  expect((await run("jobs", "show", id)).stdout).toContain("status    queued");
  expect(await run("jobs", "cancel", id)).toMatchObject({ code: 0, stdout: `job ${id} is cancelled\n` });
  const again = await run("jobs", "cancel", id, "999999");
  expect(again.code).toBe(3);
  expect(again.stderr).toContain("can't be cancelled");
  expect(again.stderr).toContain("no job 999999");
  expect(await run("jobs", "retry", id)).toMatchObject({ code: 0, stdout: `job ${id} is queued\n` });
  const all = await run("jobs", "cancel", "--all", "--task", "slow", "--json");
  expect(JSON.parse(all.stdout).changed).toBeGreaterThanOrEqual(1);
  expect((await run("jobs", "retry")).code).toBe(2);
  expect((await run("jobs", "retry", "--all", id)).code).toBe(2);
  expect((await run("jobs", "show", "first")).code).toBe(2);
});

test("jobs list and show name an error's type once", async () => {
  const failed = await idOf("--task", "fail");
  await server.until(`/api/v1/jobs/${failed}`, ({ finishedAt }) => finishedAt !== null);
  for (const args of [
    ["list", "--task", "fail"],
    ["show", failed],
  ]) {
    const { stdout } = await run("jobs", ...args);
    expect(stdout).toContain("ValidationError: not today");
    expect(stdout).not.toContain("ValidationError: ValidationError");
  }
});

test("repo status and refresh show the status of the sources", async () => {
  const status = JSON.parse((await run("repo", "status", "--json")).stdout);
  expect(status.sources.map(({ name, state }: { name: string; state: string }) => `${name} ${state}`)).toEqual([
    "tasks current",
    "embedded current",
  ]);
  expect((await run("repo", "refresh", "tasks")).stdout).toContain("tasks");
  const unknown = await run("repo", "refresh", "nope");
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain("tasks, embedded");
});

test("repo refresh exits with 6 if a source can't be reached, and says which and why", async () => {
  using other = newWorkplace();
  other.write(
    "own.yaml",
    "registry: { sources: [{ name: far, uri: 'http://127.0.0.1:9/' }, { name: near, uri: ./tasks }] }",
  );
  other.writeTask("bad", "(");
  const far = await other.serve(["--config", "own.yaml"]);
  await far.until("/api/v1/registry/sources", ({ items }) => {
    return (items as JsonObject[]).some(({ problems }) => (problems as JsonObject[]).length > 0);
  });
  const all = await other.ratchet(["repo", "refresh", "--server", far.url]);
  expect(all).toMatchObject({ code: 6, stderr: "" });
  expect(all.stdout).toContain(
    "far: GET http://127.0.0.1:9/index.json: the connection was refused (127.0.0.1 port 9)\n",
  );
  expect(all.stdout).toMatch(/tasks\/bad\/main\.js:\d+:\d+: /);
  expect((await other.ratchet(["repo", "refresh", "near", "--server", far.url])).code).toBe(0);
  expect((await other.ratchet(["repo", "status", "--server", far.url])).code).toBe(0);
});

test("db commands work while the server is running", async () => {
  const backup = await place.ratchet(["db", "backup", "copy.db", "--json"]);
  expect(JSON.parse(backup.stdout)).toMatchObject({ file: "copy.db" });
  expect((await place.ratchet(["db", "check", "--database", "sqlite:copy.db"])).stdout).toBe("sound\n");
  expect((await place.ratchet(["db", "backup", "copy.db"])).code).toBe(2);
  const status = JSON.parse((await place.ratchet(["db", "status", "--json"])).stdout);
  expect(status).toMatchObject({ file: "ratchet.db", pending: [] });
  expect(status.rows.tasks).toBe(4);
  expect((await place.ratchet(["db", "vacuum", "--database", "sqlite:copy.db"])).code).toBe(0);
  expect(JSON.parse((await place.ratchet(["db", "migrate", "--json"])).stdout)).toEqual({ applied: [] });
  expect((await place.ratchet(["db", "status", "--database", "sqlite:none.db"])).code).toBe(6);
  expect((await place.ratchet(["db", "check", "--database", "sqlite::memory:"])).code).toBe(2);
  place.write("broken.db", "no database");
  expect((await place.ratchet(["db", "check", "--database", "sqlite:broken.db"])).code).toBe(6);
});

test("enqueue passes every member that a job can have", async () => {
  const args = ["--task", "add", "--input-json", '{"a":1,"b":2}', "--priority", "low", "--delay", "1h"];
  const keys = ["--idempotency-key", "all-members", "--unique-key", "u", "--concurrency-key", "c"];
  const more = ["--max-retries", "7", "--tag", "nightly", "--tag", "customer 7", "--task-version", "1.0.0"];
  const { stdout, stderr, code } = await run("enqueue", ...args, ...keys, ...more, "--json");
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const job = JSON.parse(stdout);
  expect(job).toMatchObject({
    priority: "low",
    idempotencyKey: "all-members",
    uniqueKey: "u",
    concurrencyKey: "c",
    maxRetries: 7,
    tags: ["nightly", "customer 7"],
    version: "1.0.0",
  });
  expect(Date.parse(job.runAt) - Date.parse(job.createdAt)).toBeGreaterThan(3_500_000);
  const shown = (await run("jobs", "show", String(job.id))).stdout;
  expect(shown).toMatch(/^tags +nightly, customer 7$/m);
  expect(shown).toMatch(/^concurrency key +c$/m);
});

test("jobs list takes every filter of REST", async () => {
  const id = Number(
    await idOf("--task", "fail", "--tag", "filtered", "--priority", "high", "--concurrency-key", "fc", "--wait")
      .then(() => run("jobs", "list", "--tag", "filtered", "--json"))
      .then(({ stdout }) => JSON.parse(stdout).id),
  );
  const key = ["--idempotency-key", "filter-i", "--unique-key", "filter-u", "--task-version", "1.0.0"];
  const other = Number(await idOf("--task", "add", "--input-json", '{"a":1,"b":2}', "--delay", "1h", ...key));
  const listed = async (...filter: string[]) => {
    const { stdout, stderr, code } = await run("jobs", "list", ...filter, "--json");
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const lines = stdout.split("\n").filter((line) => line !== "");
    return lines.map((line): number => JSON.parse(line).id);
  };
  expect(await listed("--tag", "filtered", "--priority", "high")).toEqual([id]);
  expect(await listed("--tag", "filtered", "--priority", "low")).toEqual([]);
  expect(await listed("--concurrency-key", "fc")).toEqual([id]);
  expect(await listed("--error-code", "TASK_FAILED", "--tag", "filtered")).toEqual([id]);
  expect(await listed("--error-code", "TIME_LIMIT", "--tag", "filtered")).toEqual([]);
  expect(await listed("--idempotency-key", "filter-i")).toEqual([other]);
  expect(await listed("--unique-key", "filter-u")).toEqual([other]);
  expect(await listed("--task-version", "1.0.0", "--unique-key", "filter-u")).toEqual([other]);
  expect(await listed("--task-version", "2.0.0", "--unique-key", "filter-u")).toEqual([]);
  expect(await listed("--created-from", "2020-01-01T00:00:00Z", "--unique-key", "filter-u")).toEqual([other]);
  expect(await listed("--created-to", "2020-01-01T00:00:00Z")).toEqual([]);
  const wrong = await run("jobs", "list", "--created-from", "yesterday");
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("createdFrom")]);
});

// A script whose variable is empty must not get every job.
test("an empty filter is wrong usage, and does not match everything", async () => {
  const filters = ["tag", "idempotency-key", "unique-key", "concurrency-key", "task-version", "error-code"];
  filters.push("task", "schedule", "created-from", "created-to");
  for (const filter of filters) {
    const { code, stdout } = await run("jobs", "list", `--${filter}`, "");
    expect({ filter, code, stdout }).toEqual({ filter, code: 2, stdout: "" });
  }
  expect((await run("executions", "list", "--task", "")).code).toBe(2);
  expect((await run("schedules", "list", "--task", "")).code).toBe(2);
  expect((await run("events", "--task", "")).code).toBe(2);
  expect((await run("events", "--schedule", "")).code).toBe(2);
});

test("jobs list, cancel and retry select the jobs of a schedule by its name", async () => {
  const plan = ["--name", "for jobs", "--task", "slow", "--every", "1h", "--tag", "planned"];
  expect((await run("schedules", "create", ...plan)).code).toBe(0);
  const id = (await run("schedules", "trigger", "for jobs")).stdout.trim();
  const listed = await run("jobs", "list", "--schedule", "for jobs", "--json");
  expect(JSON.parse(listed.stdout)).toMatchObject({ id: Number(id), tags: ["planned"] });
  const dry = await run("jobs", "cancel", "--all", "--schedule", "for jobs", "--dry-run");
  expect(dry).toEqual({ code: 0, stdout: "1 would be cancelled\n", stderr: "" });
  expect(JSON.parse((await run("jobs", "show", id, "--json")).stdout).status).not.toBe("cancelled");
  expect((await run("jobs", "cancel", "--all", "--schedule", "for jobs", "--tag", "other")).stdout).toBe(
    "0 cancelled\n",
  );
  expect((await run("jobs", "cancel", "--all", "--schedule", "for jobs")).stdout).toBe("1 cancelled\n");
  const missing = await run("jobs", "list", "--schedule", "for job");
  expect(missing).toMatchObject({ code: 3, stdout: "" });
  expect(missing.stderr).toContain("Did you mean for jobs?");
  expect((await run("jobs", "cancel", "--tag", "planned")).code).toBe(2);
});

test("tasks list and executions list take the filters of REST", async () => {
  const names = async (...filter: string[]) => (await run("tasks", "list", ...filter)).stdout;
  expect(await names("--in-sync")).toContain("add");
  expect(await names("--no-in-sync")).toBe("No tasks match.\n");
  await run("enqueue", "--task", "add", "--input-json", '{"a":1,"b":2}', "--wait");
  const executions = async (...filter: string[]) => (await run("executions", "list", "--json", ...filter)).stdout;
  expect(await executions("--created-from", "2020-01-01T00:00:00Z", "--status", "completed")).toContain('"completed"');
  expect(await executions("--created-to", "2020-01-01T00:00:00Z")).toBe("");
});
