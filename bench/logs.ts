import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openConnection } from "../src/store/sqlite/connection.ts";
import { migrate } from "../src/store/sqlite/migrate.ts";
import { MIGRATIONS } from "../src/store/sqlite/migrations.ts";
import { CACHE } from "./programs.ts";
import { atLeast, atMost, type Benchmark, figure, type Row } from "./report.ts";
import { newFolder, type ServerProcess, startServer } from "./server-process.ts";
import { median } from "./statistics.ts";

const JOBS = 6_000;
const BATCH = 1_000;
const ROUNDS = 9;
/** What has to be left of the throughput of a server that logs and measures nothing. */
const BAR = 0.95;

const EXECUTIONS = 1_000_000;
const LINES_EACH = 3;
const TASKS = 50;
/** Time in which every filter has to answer, ms. */
const ANSWER_BAR_MS = 300;

const OFF = { RATCHET_LOG_LEVEL: "silent", RATCHET_METRICS_ENABLED: "false" };
const ON = { RATCHET_LOG_FORMAT: "json", RATCHET_LOGGING_FILE_PATH: "server.log" };

/** Jobs a second: of a task that writes nothing, and of one that writes a line. */
async function throughput(env: Record<string, string>, task: string): Promise<number> {
  const folder = newFolder((place) => {
    const files = join(place, "tasks", task);
    mkdirSync(files, { recursive: true });
    const metadata = { uuid: "1d1f2c1e-5a53-4f0c-9d0b-3b7e5d3f6a99", version: "1.0.0", label: task, description: task };
    writeFileSync(join(files, "metadata.json"), JSON.stringify(metadata));
    writeFileSync(join(files, "input.schema.json"), "{}");
    writeFileSync(join(files, "output.schema.json"), "{}");
    writeFileSync(
      join(files, "main.js"),
      task === "silent" ? "() => 1" : "() => { console.log('one line'); return 1; }",
    );
  });
  const server = await startServer(folder, env);
  await run(server, task, BATCH);
  const start = performance.now();
  await run(server, task, JOBS);
  const rate = JOBS / ((performance.now() - start) / 1_000);
  await server.stop();
  return rate;
}

async function run(server: ServerProcess, task: string, jobs: number): Promise<void> {
  const goal = (await server.completed()) + jobs;
  const body = JSON.stringify({ jobs: Array(BATCH).fill({ task, input: {} }) });
  for (let sent = 0; sent < jobs; sent += BATCH) {
    const response = await server.post("/api/v1/jobs/batch", body);
    if (response.status !== 201) throw new Error(await response.text());
    await response.arrayBuffer();
  }
  while ((await server.completed()) < goal) await Bun.sleep(25);
}

export async function throughputRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const task of ["silent", "talking"]) {
    const ratios: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // In turns, and the first one alternates.
      const first = await throughput(round % 2 === 0 ? OFF : ON, task);
      const second = await throughput(round % 2 === 0 ? ON : OFF, task);
      ratios.push(round % 2 === 0 ? second / first : first / second);
    }
    const name = task === "silent" ? "jobs that write nothing" : "jobs that write a line";
    rows.push({
      measure: `${name}: JSON log file, stored messages and metrics against none`,
      value: figure(median(ratios) * 100, "%"),
      bar: atLeast(median(ratios) * 100, BAR * 100, "%"),
    });
  }
  return rows;
}

/** Creates a database with many executions and lines, once. */
function manyLines(path: string): void {
  if (existsSync(path)) return;
  const partial = `${path}.partial`;
  rmSync(partial, { force: true });
  const connection = openConnection({ location: { kind: "file", path: partial }, busyTimeoutMs: 0 });
  migrate(connection, MIGRATIONS, Date.now());
  const { sql } = connection;
  connection.exec("PRAGMA synchronous = OFF");
  connection.exec("BEGIN");
  const numbers = (count: number) =>
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;
  connection.exec(
    `${numbers(TASKS)} INSERT INTO tasks (uuid, label, version, created_at, updated_at)
      SELECT printf('00000000-0000-4000-8000-%012d', n), 'task-' || n, '1.0.0', 0, 0 FROM numbers`,
  );
  const start = Date.now() - EXECUTIONS * 100;
  sql.run(
    `${numbers(EXECUTIONS)} INSERT INTO executions
        (task_id, attempt, status, worker_id, created_at, started_at, finished_at, duration_ms, log_count, input, output)
      SELECT n % ${TASKS} + 1, 1, 'running', 'w', ?1 + n * 100, ?1 + n * 100, NULL, NULL, ${LINES_EACH}, '{}', NULL FROM numbers`,
    start,
  );
  connection.exec("UPDATE executions SET status = 'completed', finished_at = started_at + 50, output = '1'");
  sql.run(
    `${numbers(EXECUTIONS * LINES_EACH)} INSERT INTO logs (time, level, task_id, execution_id, seq, message)
      SELECT ?1 + n / ${LINES_EACH} * 100, CASE WHEN n % 5000 = 0 THEN 3 WHEN n % 500 = 0 THEN 2 WHEN n % 3 = 0 THEN 0 ELSE 1 END,
        e.task_id, e.id, (n - 1) % ${LINES_EACH}, 'line ' || n || ' of an execution that says something about ' || n * 7919
      FROM numbers JOIN executions e ON e.id = (n - 1) / ${LINES_EACH} + 1`,
    start,
  );
  connection.exec("UPDATE log_totals SET (lines, bytes) = (SELECT count(*), sum(octet_length(message)) FROM logs)");
  connection.exec(
    "INSERT INTO counters (kind, task_id, status, count, total_ms) SELECT 'execution', task_id, status, count(*), 0 FROM executions GROUP BY 2, 3",
  );
  connection.exec("COMMIT");
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  connection.close();
  renameSync(partial, path);
}

const FILTERS = [
  "",
  "task=task-7",
  `execution=${EXECUTIONS / 2}`,
  "level=info",
  "level=warn",
  "level=error",
  "task=task-7&level=info",
  "task=task-7&level=error",
  "since=1h",
  "grep=7919",
  "grep=not+there",
  "task=task-7&grep=not+there",
  "level=warn&grep=not+there",
  "since=1h&level=info&grep=execution",
];

export async function filterRows(): Promise<Row[]> {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `lines-${MIGRATIONS.length}.db`);
  manyLines(path);
  const server = await startServer(undefined, { RATCHET_DATABASE_URL: `sqlite:${path}` });
  const rows: Row[] = [];
  for (const filter of FILTERS) {
    const times: number[] = [];
    for (let round = 0; round < 7; round++) {
      const start = performance.now();
      const response = await fetch(`${server.url}/api/v1/logs?${filter}`);
      if (response.status !== 200) throw new Error(await response.text());
      await response.arrayBuffer();
      times.push(performance.now() - start);
    }
    const slowest = Math.max(...times);
    rows.push({
      measure: `\`GET /api/v1/logs?${filter}\`, median and slowest of 7`,
      value: `${figure(median(times), "ms")}, ${figure(slowest, "ms")}`,
      bar: atMost(slowest, ANSWER_BAR_MS, "ms"),
    });
  }
  await server.stop();
  return rows;
}

/** What logs cost jobs, and how long filters take among many lines. */
export const benchmark: Benchmark = {
  title: "Logs",
  async run() {
    const rows = [...(await throughputRows()), ...(await filterRows())];
    return {
      rows,
      method: `Throughput: ${JOBS} jobs, on a new server each time, ${ROUNDS} times in turns; the median of the ratios. Without: \`logging.level: silent\` and
\`metrics.enabled: false\`. Filters: over HTTP, a page of 100 lines each, with ${EXECUTIONS.toLocaleString("en")} stored executions and
${(EXECUTIONS * LINES_EACH).toLocaleString("en")} lines of ${TASKS} tasks. A search that finds nothing ends its page after 150 ms with a cursor.`,
    };
  },
};
