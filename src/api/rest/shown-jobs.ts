import type { ExecutionDetail, ExecutionRecord } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import { mayWait, type Waiting, waitingRunOf } from "../../service/runs/waiting.ts";
import type { Services } from "../../service/services.ts";
import { executionDetailView, executionView } from "../resources/execution.ts";
import { jobView } from "../resources/job.ts";

/** What jobs and executions are shown with. */
type Surroundings = Pick<Services, "tasks" | "runs">;

/** Shows jobs with their tasks, and with what their runs wait for. */
export function createShownJobs({ tasks, runs }: Surroundings) {
  async function many(jobs: readonly Job[]) {
    const waiting = await runs.waiting(jobs.flatMap((job) => waitingRunOf(job) ?? []));
    const found = await tasks.ofItems(jobs);
    return jobs.map((job) => jobView(job, found.get(job.taskId), waitingOf(job, waiting)));
  }
  async function one(job: Job) {
    const runId = waitingRunOf(job);
    const waiting = runId === null ? undefined : await runs.waiting([runId]);
    return jobView(job, await tasks.ofItem(job), waitingOf(job, waiting));
  }
  return { one, many };
}

/** Shows executions with their tasks, and with what their runs wait for. */
export function createShownExecutions({ tasks, runs }: Surroundings) {
  async function many(executions: readonly ExecutionRecord[]) {
    const waiting = await runs.waiting(executions.filter(mayWait).map(({ id }) => id));
    const found = await tasks.ofItems(executions);
    return executions.map((one) => executionView(one, found.get(one.taskId), waiting.get(one.id)));
  }
  async function detail(execution: ExecutionDetail) {
    const waiting = mayWait(execution) ? await runs.waiting([execution.id]) : undefined;
    return executionDetailView(execution, await tasks.ofItem(execution), waiting?.get(execution.id));
  }
  return { detail, many };
}

type Waits = ReadonlyMap<number, readonly Waiting[]>;

function waitingOf(job: Job, waiting: Waits | undefined): readonly Waiting[] | undefined {
  const runId = waitingRunOf(job);
  return runId === null ? undefined : waiting?.get(runId);
}
