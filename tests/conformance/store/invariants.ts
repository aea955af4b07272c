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
  return [
    ...jobs.flatMap((job) => jobProblems(job, executions, workers)),
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
    [count("completed") === (job.status === "completed" ? 1 : 0), "only a completed job has a completed execution"],
    [count("pending", "running") === (job.status === "processing" ? 1 : 0), "only a processing job runs, and once"],
    [own.length === job.attempts, "a job has an execution for each attempt"],
    [(job.workerId !== null) === (job.status === "processing"), "only a processing job has a worker"],
    [job.workerId === null || workers.has(job.workerId), "the worker of a job is known"],
    [job.rescues <= 5, "a job is rescued five times at most"],
  ];
  return rules.flatMap(([holds, rule]) => (holds ? [] : [`job ${job.id}: ${rule}`]));
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
