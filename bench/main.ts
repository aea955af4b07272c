/** Runs the benchmarks named on the command line, or all, and writes docs/benchmarks.md. Exits 1 when a bar is missed. */
import { benchmark as access } from "./access.ts";
import { benchmark as coldStart } from "./cold-start.ts";
import { benchmark as corpus } from "./corpus.ts";
import { benchmark as crash } from "./crash.ts";
import { benchmark as dashboard } from "./dashboard.ts";
import { benchmark as dashboardLog } from "./dashboard-log.ts";
import { benchmark as durableSleep } from "./durable-sleep.ts";
import { benchmark as fetches } from "./fetches.ts";
import { benchmark as frontDoor } from "./front-door.ts";
import { benchmark as idle } from "./idle.ts";
import { benchmark as isolation } from "./isolation.ts";
import { servedBenchmark as jobServers, benchmark as jobs } from "./jobs.ts";
import { benchmark as kill } from "./kill.ts";
import { benchmark as lists } from "./lists.ts";
import { benchmark as logs } from "./logs.ts";
import { benchmark as ndjson } from "./ndjson.ts";
import { benchmark as observability } from "./observability.ts";
import { benchmark as outboundChain } from "./outbound-chain.ts";
import { benchmark as queue } from "./queue.ts";
import { benchmark as queueScale } from "./queue-scale.ts";
import { type Benchmark, machineLoad, writeSection } from "./report.ts";
import { benchmark as requests } from "./requests.ts";
import { benchmark as responsiveness } from "./responsiveness.ts";
import { benchmark as runCrash } from "./run-crash.ts";
import { benchmark as runs } from "./runs.ts";
import { benchmark as schedules } from "./schedules.ts";
import { benchmark as size } from "./size.ts";
import { benchmark as sleepers } from "./sleepers.ts";
import { benchmark as traces } from "./traces.ts";
import { benchmark as workflows } from "./workflows.ts";

const BENCHMARKS: Record<string, Benchmark> = {
  "cold-start": coldStart,
  corpus,
  ndjson,
  isolation,
  "durable-sleep": durableSleep,
  fetches,
  "outbound-chain": outboundChain,
  kill,
  size,
  jobs,
  "job-servers": jobServers,
  observability,
  requests,
  idle,
  crash,
  queue,
  "queue-scale": queueScale,
  schedules,
  runs,
  "run-crash": runCrash,
  sleepers,
  workflows,
  responsiveness,
  "front-door": frontDoor,
  access,
  lists,
  logs,
  traces,
  dashboard,
  "dashboard-log": dashboardLog,
};

const names = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(BENCHMARKS);
let missed = 0;
for (const name of names) {
  const benchmark = BENCHMARKS[name];
  if (!benchmark) throw new Error(`no benchmark "${name}": there are ${Object.keys(BENCHMARKS).join(", ")}`);
  const load = machineLoad();
  const findings = await benchmark.run();
  writeSection(name, benchmark, findings, load);
  process.stdout.write(`\n${benchmark.title}\n`);
  for (const { measure, value, bar } of findings.rows) {
    const verdict = bar ? ` (${bar.demand}: ${bar.met ? "met" : "MISSED"})` : "";
    process.stdout.write(`  ${measure}: ${value}${verdict}\n`);
    if (bar && !bar.met) missed++;
  }
}
process.exit(missed > 0 ? 1 : 0);
