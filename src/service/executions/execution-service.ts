import { RatchetError } from "../../domain/errors.ts";
import type { ExecutionDetail, ExecutionRecord, ExecutionStatus } from "../../domain/execution-record.ts";
import type { Job } from "../../domain/job.ts";
import { type Ledger, ledgerOf } from "../../domain/ledger.ts";
import { noExecution, noJob } from "../../domain/not-found.ts";
import { sessionName } from "../../execution/recording/session-folder.ts";
import { defined } from "../../lib/defined.ts";
import type { ExecutionFilter, StoredLog } from "../../store/contract/executions.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type ResumeRequest, resumeJob } from "../jobs/resume-job.ts";
import { listedItems, wrongMember } from "../request-checks.ts";
import { readBounds, type TimeBounds } from "../request-time.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import { endExecution, latestJobOf } from "./control-execution.ts";
import { type DirectExecutionRequest, type DirectExecutionResult, executeDirectly } from "./execute-directly.ts";
import { type MadeTest, makeTest } from "./make-test.ts";
import { type ReadTrace, readTrace } from "./read-trace.ts";
import { recordingArchive, recordingFiles } from "./recordings.ts";

/** Conditions on executions, as callers write them. An execution has to meet all of them. */
export interface ExecutionConditions extends TimeBounds {
  status?: readonly ExecutionStatus[];
  task?: TaskReference;
  jobId?: number;
}

/** Default number of log lines. */
export const USUAL_LOG_LINES = 100;

/** A page of log lines. */
export interface LogPage {
  items: StoredLog[];
  /** `seq` of the last line if there are more; otherwise null. */
  next: number | null;
}

/** Executions: those of jobs, and direct ones. */
export interface ExecutionService {
  /** Runs a task while the caller waits. @throws {RatchetError} as {@link executeDirectly} */
  run(request: DirectExecutionRequest, pointer: string, signal: AbortSignal): Promise<DirectExecutionResult>;
  /** Lists executions. @throws {RatchetError} TASK_NOT_FOUND, JOB_NOT_FOUND, USAGE */
  list(conditions: ExecutionConditions, page: PageRequest, pointer: string): Promise<Page<ExecutionRecord>>;
  /** Returns the number of executions that match. @throws {RatchetError} as {@link list} */
  count(conditions: ExecutionConditions, pointer: string): Promise<number>;
  /** @throws {RatchetError} EXECUTION_NOT_FOUND */
  get(id: number): Promise<ExecutionDetail>;
  /**
   * Returns log lines in order.
   * @param limit @default 100
   * @param after `seq` of the last line seen
   * @throws {RatchetError} EXECUTION_NOT_FOUND
   */
  logs(id: number, limit?: number, after?: number): Promise<LogPage>;
  /**
   * Returns what an execution has touched. It is complete once the execution has ended.
   * @throws {RatchetError} EXECUTION_NOT_FOUND
   */
  ledger(id: number): Promise<Ledger>;
  /**
   * Returns the spans of an execution, from the request and the enqueuing of its job on. They are complete once it has ended.
   * @throws {RatchetError} EXECUTION_NOT_FOUND
   */
  trace(id: number): Promise<ReadTrace>;
  /**
   * Returns the recording of an execution as a zip archive, and the name of its file.
   * @throws {RatchetError} EXECUTION_NOT_FOUND, RECORDING_NOT_FOUND with the reason
   */
  recording(id: number): Promise<{ file: string; archive: Uint8Array }>;
  /** Makes a test of an execution. @throws {RatchetError} EXECUTION_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT */
  makeTest(id: number, name: string): Promise<MadeTest>;
  /** Cancels a running execution and its job. @throws {RatchetError} EXECUTION_NOT_FOUND, ILLEGAL_TRANSITION */
  cancel(id: number): Promise<ExecutionDetail>;
  /** Cancels it at once: the task may not clean up. @throws {RatchetError} EXECUTION_NOT_FOUND, ILLEGAL_TRANSITION */
  kill(id: number): Promise<ExecutionDetail>;
  /** Pauses its job. @throws {RatchetError} EXECUTION_NOT_FOUND, ILLEGAL_TRANSITION */
  pause(id: number): Promise<ExecutionDetail>;
  /**
   * Lets its job go on: a paused run, or a failed one with what it has recorded.
   * @throws {RatchetError} EXECUTION_NOT_FOUND, and as {@link resumeJob}
   */
  resume(id: number, request: ResumeRequest, pointer: string): Promise<Job>;
  /**
   * Runs it again: requeues its job. For a direct execution it creates a job with the same input.
   * @throws {RatchetError} EXECUTION_NOT_FOUND, ILLEGAL_TRANSITION, CONFLICT
   */
  retry(id: number): Promise<Job>;
}

/** Creates the service of executions. */
export function createExecutionService(deps: ServiceDependencies): ExecutionService {
  const { executions } = deps.store;
  const get = async (id: number): Promise<ExecutionDetail> => {
    const execution = await executions.get(id);
    if (execution === undefined) throw noExecution(id);
    return execution;
  };
  return {
    run: (request, pointer, signal) => executeDirectly(deps, request, pointer, signal),
    list: async (conditions, page, pointer) => executions.list(await readFilter(deps, conditions, pointer), page),
    count: async (conditions, pointer) => executions.count(await readFilter(deps, conditions, pointer)),
    get,
    async logs(id, requested, after) {
      const limit = listedItems(requested, USUAL_LOG_LINES, "/limit");
      const [execution] = await executions.getMany([id]);
      if (execution === undefined) throw noExecution(id);
      const lines = await executions.logs(id, limit + 1, after);
      const items = lines.slice(0, limit);
      return { items, next: lines.length > limit ? (items.at(-1)?.seq ?? null) : null };
    },
    async ledger(id) {
      const [execution] = await executions.getMany([id]);
      if (execution === undefined) throw noExecution(id);
      return ledgerOf((await executions.touched([id])).get(id), execution);
    },
    async trace(id) {
      const [execution] = await executions.getMany([id]);
      if (execution === undefined) throw noExecution(id);
      return readTrace(deps.store, execution);
    },
    async recording(id) {
      const execution = await get(id);
      const files = await recordingFiles(deps, execution);
      const folder = sessionName(execution.startedAt ?? execution.createdAt);
      return { file: `${folder}.zip`, archive: await recordingArchive(files, folder) };
    },
    makeTest: async (id, name) => makeTest(deps, await get(id), name),
    async cancel(id) {
      await endExecution(deps, await get(id), "cancel");
      return get(id);
    },
    async kill(id) {
      await endExecution(deps, await get(id), "kill");
      return get(id);
    },
    async pause(id) {
      await deps.queue.pause(await latestJobOf(deps, await get(id), "paused"));
      return get(id);
    },
    async resume(id, request, pointer) {
      return resumeJob(deps, await latestJobOf(deps, await get(id), "resumed"), request, pointer);
    },
    retry: async (id) => retryExecution(deps, await get(id)),
  };
}

async function readFilter(
  { store }: Pick<ServiceDependencies, "store">,
  { task, jobId, status, createdFrom, createdTo }: ExecutionConditions,
  pointer: string,
): Promise<ExecutionFilter> {
  if (status?.length === 0) throw wrongMember(`${pointer}/status`, "must have at least one status");
  if (jobId !== undefined && (await store.jobs.get(jobId)) === undefined) throw noJob(jobId);
  return {
    ...defined({ jobId, status, taskId: await taskIdOf(store.tasks, task) }),
    ...readBounds(defined({ createdFrom, createdTo }), pointer),
  };
}

async function retryExecution({ queue, traces, store }: ServiceDependencies, execution: ExecutionDetail): Promise<Job> {
  const { id, jobId, taskId, status, version, inputJson } = execution;
  if (jobId !== null) return queue.retry(jobId);
  if (status !== "failed" && status !== "cancelled") {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status} and can't be retried.`, {
      data: { executionId: id, status },
      remedy: "Only failed and cancelled executions can be retried.",
    });
  }
  const trace = traces?.newJob();
  const [enqueued] = await queue.enqueue([{ taskId, inputJson, ...defined({ version: version ?? undefined, trace }) }]);
  if (enqueued === undefined) throw new Error("the queue returned no job");
  const task = (await store.tasks.get(taskId))?.label ?? null;
  if (trace !== undefined) traces?.enqueued(trace, { jobId: enqueued.job.id, task });
  return enqueued.job;
}
