import type { ExecutionRecord } from "../../../src/domain/execution-record.ts";
import type { Job } from "../../../src/domain/job.ts";
import type { Stats } from "../../../src/store/contract/control.ts";
import type { Page } from "../../../src/store/contract/page.ts";
import type { Store } from "../../../src/store/contract/store.ts";

/** What must hold in any store whenever nothing is being written. @returns violations, one sentence each */
export async function findInconsistencies(store: Store): Promise<string[]> {
  const jobs = await everyPage((cursor) => store.jobs.list({}, { limit: 1_000, ...cursor }));
  const executions = await everyPage((cursor) => store.executions.list({}, { limit: 1_000, ...cursor }));
  const workers = new Set((await store.workers.list()).map(({ id }) => id));
  const renewed = await renewedExecutions(store, jobs, executions);
  const others = executions.filter(({ id }) => !renewed.has(id));
  return [
    ...jobs.flatMap((job) => jobProblems(job, executions, workers)),
    ...jobs.flatMap((job) => completedProblems(job, others)),
    ...(await logProblems(store, executions)),
    ...statsProblems(await store.stats.read(), jobs, executions),
  ];
}

async function everyPage<T>(read: (cursor: { cursor?: string }) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page<T> = await read(cursor === undefined ? {} : { cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  }
  return items;
}

function jobProblems(job: Job, executions: readonly ExecutionRecord[], workers: ReadonlySet<string>): string[] {
  const own = executions.filter(({ jobId }) => jobId === job.id);
  const count = (...statuses: string[]) => own.filter(({ status }) => statuses.includes(status)).length;
  const rules: [holds: boolean, rule: string][] = [
    [count("sleeping") === (job.status === "sleeping" ? 1 : 0), "only a sleeping job has a sleeping execution"],
    [count("paused") === 0 || job.status === "paused", "only a paused job has a paused execution"],
    [
      (job.status === "completed" || job.status === "failed" || job.status === "cancelled") ===
        (job.finishedAt !== null),
      "a job that has ended has an end",
    ],
    [count("pending", "running") === (job.status === "processing" ? 1 : 0), "only a processing job runs, and once"],
    [own.length === job.attempts, "a job has an execution for each attempt"],
    [(job.workerId !== null) === (job.status === "processing"), "only a processing job has a worker"],
    [job.workerId === null || workers.has(job.workerId), "the worker of a job is known"],
    [job.rescues <= 5, "a job is rescued five times at most"],
  ];
  return rules.flatMap(([holds, rule]) => (holds ? [] : [`job ${job.id}: ${rule}`]));
}

/** Executions that completed because their run began again, which only runs do. */
async function renewedExecutions(
  store: Store,
  jobs: readonly Job[],
  executions: readonly ExecutionRecord[],
): Promise<ReadonlySet<number>> {
  const jobOf = new Map(jobs.map((job) => [job.id, job]));
  const renewed = new Set<number>();
  for (const { id, jobId, status } of executions) {
    const job = jobId === null ? undefined : jobOf.get(jobId);
    if (status !== "completed" || job === undefined) continue;
    if (job.status === "completed" && job.executionId === id) continue;
    if ((await store.runs.load(id)) !== undefined) renewed.add(id);
  }
  return renewed;
}

/** @param executions those that did not begin again */
function completedProblems(job: Job, executions: readonly ExecutionRecord[]): string[] {
  const completed = executions.filter(({ jobId, status }) => jobId === job.id && status === "completed").length;
  if (completed === (job.status === "completed" ? 1 : 0)) return [];
  return [`job ${job.id}: only a completed job has a completed execution`];
}

async function logProblems(store: Store, executions: readonly ExecutionRecord[]): Promise<string[]> {
  const problems: string[] = [];
  for (const { id, logCount } of executions.filter((execution) => execution.logCount > 0)) {
    const stored = await store.executions.logs(id, 10_000);
    if (stored.length !== logCount) problems.push(`execution ${id} has ${stored.length} log lines, not ${logCount}`);
    if (stored.some(({ seq }, index) => seq !== index)) problems.push(`the log lines of execution ${id} have gaps`);
  }
  return problems;
}

function statsProblems(stats: Stats, jobs: readonly Job[], executions: readonly ExecutionRecord[]): string[] {
  const differences = (what: string, counts: Record<string, number>, items: readonly { status: string }[]) =>
    Object.entries(counts).flatMap(([status, count]) => {
      const found = items.filter((item) => item.status === status).length;
      return found === count ? [] : [`stats say ${count} ${status} ${what}, there are ${found}`];
    });
  return [...differences("jobs", stats.jobs, jobs), ...differences("executions", stats.executions, executions)];
}
