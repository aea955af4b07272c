import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";

/** What operators set alarms on. */
const SERIES = [
  'ratchet_http_requests_total{method="POST",route="/api/v1/jobs",status="201"} 1',
  /^ratchet_http_request_duration_seconds_count\{route="\/api\/v1\/jobs"\} 1$/m,
  /^ratchet_execution_duration_seconds_count\{status="completed"\} 1$/m,
  /^ratchet_execution_duration_seconds_count\{status="failed"\} 1$/m,
  /^ratchet_store_commit_seconds_count [1-9]\d*$/m,
  'ratchet_jobs{status="completed"} 1',
  'ratchet_executions{status="failed"} 1',
  "ratchet_queue_depth 1",
  /^ratchet_queue_oldest_ready_seconds \d/m,
  "ratchet_workers 1",
  "ratchet_scheduler_lag_seconds 0",
  'ratchet_registry_source_stale{source="tasks"} 0',
  'ratchet_registry_source_stale{source="away"} 1',
  /^ratchet_task_cache_hits_total \d/m,
  /^process_resident_memory_bytes \d/m,
  /^process_cpu_seconds_total \d/m,
] as const;

test("provides its stats in the format of Prometheus", async () => {
  using place = newWorkplace();
  place.writeTask("good", "(function () { return 1; })");
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
  const promtool = Bun.which("promtool");
  if (promtool === null) return console.warn("promtool is not installed: the format was not checked by it");
  const checked = Bun.spawnSync([promtool, "check", "metrics"], { stdin: Buffer.from(text) });
  expect([checked.stderr.toString(), checked.exitCode]).toEqual(["", 0]);
}, 120_000);
