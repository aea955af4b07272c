import { expect, test } from "bun:test";
import { metricFamilies, metricSamples, scrape } from "../support/metrics.ts";
import { newWorkplace } from "../support/serve-process.ts";

const PROMTOOL = Bun.which("promtool");

/** What operators set alarms on. */
const SERIES = [
  'ratchet_http_requests_total{method="POST",route="/api/v1/jobs",status="201"} 1',
  /^ratchet_http_request_duration_seconds_count\{route="\/api\/v1\/jobs"\} 1$/m,
  /^ratchet_execution_duration_seconds_count\{status="completed"\} 1$/m,
  /^ratchet_execution_duration_seconds_count\{status="failed"\} 1$/m,
  'ratchet_attempts_total{task="good",outcome="completed"} 1',
  'ratchet_attempts_total{task="bad",outcome="failed"} 1',
  'ratchet_attempt_errors_total{code="TASK_FAILED"} 1',
  "ratchet_job_wait_seconds_count 1",
  'ratchet_events_total{type="job.completed"} 1',
  /^ratchet_store_commit_seconds_count [1-9]\d*$/m,
  /^ratchet_store_pending_writes \d+$/m,
  /^ratchet_store_file_bytes [1-9]\d*$/m,
  /^ratchet_store_wal_bytes [1-9]\d*$/m,
  'ratchet_jobs{status="completed"} 1',
  'ratchet_executions{status="failed"} 1',
  "ratchet_queue_depth 1",
  /^ratchet_queue_oldest_ready_seconds \d/m,
  "ratchet_workers 1",
  "ratchet_scheduler_lag_seconds 0",
  'ratchet_registry_source_stale{source="tasks"} 0',
  'ratchet_registry_source_stale{source="away"} 1',
  /^ratchet_task_cache_hits_total \d/m,
  /^ratchet_sandbox_threads [1-9]$/m,
  "ratchet_sandbox_busy_threads 0",
  "ratchet_sandbox_executions_total 2",
  "ratchet_sandbox_account_bytes 0",
  /^ratchet_sandbox_account_limit_bytes [1-9]/m,
  /^ratchet_sandbox_idle_machine_bytes [1-9]/m,
  "ratchet_outbound_calls 0",
  /^ratchet_log_lines_total\{level="info"\} [1-9]/m,
  "ratchet_log_clients 0",
  /^ratchet_build_info\{version="\d/m,
  /^process_resident_memory_bytes \d/m,
  /^process_open_fds [1-9]/m,
  /^process_cpu_seconds_total \d/m,
] as const;

test("measures jobs, executions, the store and the process", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(function () { console.log('one line'); return 1; })");
  place.writeTask("bad", "(function () { throw new ValidationError('no'); })");
  const sources = [
    { name: "tasks", uri: "file://./tasks" },
    { name: "away", uri: "file://./nowhere.zip" },
  ];
  place.write("ratchet.yaml", JSON.stringify({ registry: { sources } }));
  const server = await place.serve();
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "good" });
  await server.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "completed");
  await server.call("POST", "/api/v1/tasks/bad/execute", {});
  await server.call("POST", "/api/v1/jobs/batch", { jobs: [{ task: "good", runAt: "2999-01-01T00:00:00Z" }] });
  const response = await fetch(`${server.url}/metrics`);
  expect(response.headers.get("content-type")).toStartWith("text/plain; version=0.0.4");
  const text = await response.text();
  for (const series of SERIES) {
    if (typeof series === "string") expect(text.split("\n")).toContain(series);
    else expect(text).toMatch(series);
  }
  const resets = metricSamples(text).filter(({ name }) => name === "ratchet_sandbox_resets_total");
  expect(resets.map(({ labels }) => labels.image)).toEqual(["program", "base"]);
  expect(resets.reduce((sum, { value }) => sum + value, 0)).toBe(2);
}, 120_000);

test("every family is described from the start, and promtool finds nothing wrong", async () => {
  using place = newWorkplace();
  const server = await place.serve();
  const text = await scrape(server.url);
  const families = metricFamilies(text);
  for (const [name, { help, type }] of families) expect([name, help !== "", type !== ""]).toEqual([name, true, true]);
  const sampled = new Set(metricSamples(text).map(({ family }) => family));
  expect([...sampled].filter((name) => !families.has(name))).toEqual([]);
  // Those of what has not happened yet, too.
  for (const name of ["ratchet_attempts_total", "ratchet_outbound_failures_total", "ratchet_http_breaker_state"]) {
    expect([name, families.has(name), sampled.has(name)]).toEqual([name, true, false]);
  }
  if (PROMTOOL === null) return console.warn("promtool is not installed: the format was not checked by it");
  const checked = Bun.spawnSync([PROMTOOL, "check", "metrics"], { stdin: Buffer.from(text) });
  expect([checked.stdout.toString(), checked.stderr.toString(), checked.exitCode]).toEqual(["", "", 0]);
}, 120_000);

test("a hundred tasks have series of their own, the rest share one, and the sum is exact", async () => {
  using place = newWorkplace();
  const tasks = Array.from({ length: 130 }, (_, index) => `task-${index}`);
  for (const task of tasks) place.writeTask(task, "(function (input) { if (input) throw new Error('no'); return 1; })");
  const server = await place.serve();
  const jobs = tasks.flatMap((task) => [
    { task, input: 0 },
    { task, input: 1, maxRetries: 0 },
  ]);
  const created = await server.call("POST", "/api/v1/jobs/batch", { jobs });
  expect(created.status).toBe(201);
  await server.until("/api/v1/stats", ({ jobs }) => {
    const { completed, failed } = jobs as Record<string, number>;
    return completed === tasks.length && failed === tasks.length;
  });
  const attempts = metricSamples(await scrape(server.url)).filter(({ name }) => name === "ratchet_attempts_total");
  const labels = new Set(attempts.map(({ labels }) => labels.task));
  expect([labels.size, labels.has("other")]).toEqual([101, true]);
  const sum = (outcome: string) =>
    attempts.filter(({ labels }) => labels.outcome === outcome).reduce((total, { value }) => total + value, 0);
  expect([sum("completed"), sum("failed")]).toEqual([tasks.length, tasks.length]);
}, 120_000);

test("measures what durable runs do, and what is done for them", async () => {
  using place = newWorkplace();
  place.writeTask("add", "({ a, b }) => a + b");
  place.writeTask(
    "orders",
    `async (_, context) => {
      const sum = await context.call("add", { a: 1, b: 2 });
      await context.step("note", () => sum);
      const { approved } = await context.approve({ title: "Ship?" });
      return [approved, await context.waitFor("paid")];
    }`,
  );
  place.writeTask("steps", `async (_, context) => context.step("one", () => 1)`);
  const server = await place.serve([], { RATCHET_EXECUTION_SLEEP_AFTER: "20ms" });
  expect((await server.call("POST", "/api/v1/tasks/steps/execute", {})).body.success).toBe(true);
  const { body } = await server.call("POST", "/api/v1/jobs", { task: "orders" });
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "sleeping");
  await server.call("POST", `/api/v1/jobs/${body.id}/signals/paid`, 7);
  const { body: approvals } = await server.call("GET", "/api/v1/approvals?status=pending");
  const [approval] = approvals.items as { id: number }[];
  await server.call("POST", `/api/v1/approvals/${approval?.id}`, { decision: "approve" });
  expect((await server.call("POST", `/api/v1/approvals/${approval?.id}`, { decision: "reject" })).status).toBe(409);
  await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
  const text = await scrape(server.url);
  for (const series of [
    'ratchet_run_operations_total{method="call"} 1',
    'ratchet_run_operations_total{method="step"} 2',
    'ratchet_run_operations_total{method="approve"} 1',
    'ratchet_run_operations_total{method="wait"} 1',
    'ratchet_signals_total{status="kept"} 1',
    'ratchet_approvals_total{decision="approved"} 1',
  ]) {
    expect(text.split("\n")).toContain(series);
  }
  const samples = metricSamples(text);
  const numberOf = (name: string) => samples.find((sample) => sample.name === name)?.value ?? 0;
  const sleeps = numberOf("ratchet_run_sleeps_total");
  expect(sleeps).toBeGreaterThan(0);
  expect(numberOf("ratchet_run_wakes_total")).toBe(sleeps);
  expect(numberOf("ratchet_run_image_bytes_count")).toBe(sleeps);
  expect(numberOf("ratchet_run_image_bytes_sum")).toBeGreaterThan(1_000 * sleeps);
}, 120_000);

test("unknown paths and methods share one route", async () => {
  using place = newWorkplace();
  const server = await place.serve();
  for (let index = 0; index < 20; index++) await fetch(`${server.url}/nothing/${index}`, { method: "GET" });
  await fetch(`${server.url}/api/v1/nothing`, { method: "PUT" });
  const requests = metricSamples(await scrape(server.url)).filter(({ name }) => name === "ratchet_http_requests_total");
  const unknown = requests.filter(({ labels }) => labels.status === "404");
  expect(unknown.map(({ labels, value }) => [labels.method, labels.route, value])).toEqual([
    ["GET", "unknown", 20],
    ["PUT", "unknown", 1],
  ]);
}, 120_000);

test("measures what tasks call, and why calls fail", async () => {
  using place = newWorkplace();
  using origin = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => new Response(null, { status: url.endsWith("/missing") ? 404 : 204 }),
  });
  place.writeTask("calls", "async (url) => { try { return (await fetch(url)).status; } catch { return null; } }");
  const server = await place.serve([], { RATCHET_HTTP_RETRY_MAX_RETRIES: "0" });
  for (const url of [`${origin.url}found`, `${origin.url}missing`, "http://127.0.0.1:1/"]) {
    expect((await server.call("POST", "/api/v1/tasks/calls/execute", { input: url })).status).toBe(200);
  }
  const text = await scrape(server.url);
  expect(text).toContain('ratchet_outbound_responses_total{class="2xx"} 1\n');
  expect(text).toContain('ratchet_outbound_responses_total{class="4xx"} 1\n');
  expect(text).toContain('ratchet_outbound_failures_total{reason="CONNECTION_REFUSED"} 1\n');
  expect(text).toContain("ratchet_outbound_duration_seconds_count 3\n");
  expect(text).toContain('ratchet_outbound_circuits{state="closed"} 2\n');
}, 120_000);

test("the stats say which part takes how much memory, and how caches do", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(function () { return 1; })");
  const server = await place.serve();
  for (let runs = 0; runs < 3; runs++) await server.call("POST", "/api/v1/tasks/good/execute", {});
  const { body } = await server.call("GET", "/api/v1/stats");
  const memory = body.memory as Record<string, number>;
  expect(memory.level as unknown).toBe("normal");
  const known = ["residentBytes", "allowedBytes", "highBytes", "heapBytes", "executionLimitBytes", "idleMachineBytes"];
  for (const name of known) expect([name, Number(memory[name]) > 0]).toEqual([name, true]);
  expect(memory.highBytes).toBe(Math.floor((memory.allowedBytes ?? 0) * 0.8));
  const caches = body.caches as { name: string; hits: number; misses: number; entries: number; bytes: number }[];
  expect(caches.map(({ name }) => name)).toEqual(["tasks", "programs", "machines", "credentials", "events", "log"]);
  expect(caches[0]).toMatchObject({ entries: 1, misses: 1 });
  const [, programs] = caches;
  expect((programs?.hits ?? 0) + (programs?.misses ?? 0)).toBe(3);
}, 120_000);

test("metrics can be turned off", async () => {
  using place = newWorkplace();
  const server = await place.serve([], { RATCHET_METRICS_ENABLED: "false" });
  const { status, body } = await server.call("GET", "/metrics");
  expect([status, body.detail]).toEqual([404, "This server has no metrics: metrics.enabled is false."]);
}, 120_000);
