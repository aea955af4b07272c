import { RatchetError } from "../../domain/errors.ts";
import { ENDED_STATUSES, type ExecutionDetail } from "../../domain/execution-record.ts";
import type { Job, NewJob } from "../../domain/job.ts";
import { noExecution, noJob } from "../../domain/not-found.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { nearest } from "../../lib/nearest.ts";
import type { StoredRun } from "../../store/contract/runs.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { workflowOf } from "../../task/workflow/load-workflow.ts";
import { workflowGraph } from "../../task/workflow/workflow-graph.ts";
import { newRunKey, seedName } from "../../workflow/run-journal.ts";
import { createRunProtection } from "../../workflow/run-protection.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkVersion } from "../request-checks.ts";
import { checkedInput, findRunnable } from "../tasks/runnable-task.ts";
import { followingSteps } from "./following-steps.ts";
import { readForkPoint } from "./fork-point.ts";
import { textMasker } from "./text-masker.ts";

/** From where and with what a run goes on as another job. */
export interface ForkRequest {
  /** Name of the step. In a plain task, the name of a step, called task, signal or event. */
  from: string;
  /** @default that of the run */
  input?: unknown;
  /** Exact version of the task. @default the one that ran */
  version?: string;
  /** Fork a run that has not ended. @default false */
  force?: boolean;
}

/** The job that goes on with a run. */
export interface ForkedRun {
  job: Job;
  task: TaskRecord;
  /** Sentences about steps that are done again. */
  warnings: string[];
}

/**
 * Creates a job that goes on with a run from one of its steps. Steps that do not follow it keep their results.
 * @param pointer where the members are in the request
 * @throws {RatchetError} EXECUTION_NOT_FOUND; ILLEGAL_TRANSITION for an execution without a run, and for one that has not ended unless
 *   `force` is set; UNKNOWN_STEP; and what creating a job throws
 */
export async function forkRun(
  deps: ServiceDependencies,
  executionId: number,
  { from, input, version, force = false }: ForkRequest,
  pointer: string,
): Promise<ForkedRun> {
  checkVersion(version, pointer);
  const { store, queue, traces } = deps;
  const execution = await store.executions.get(executionId);
  if (execution === undefined) throw noExecution(executionId);
  const { job: origin, run } = await originOf(deps, execution, force);
  const runnable = await findRunnable(deps, execution.taskId, version ?? run.version);
  const steps = await stepsOf(deps, runnable.task, version ?? run.version);
  const without = steps === undefined ? undefined : followingSteps(steps, from);
  if (steps !== undefined && without === undefined)
    throw unknownStep(
      executionId,
      from,
      steps.nodes.map(({ id }) => id),
    );
  const point = await readForkPoint(store.runs, executionId, { from, without });
  if (point === undefined) throw unknownStep(executionId, from, await namesIn(deps, executionId));
  const inputJson =
    input === undefined ? execution.inputJson : await checkedInput(deps, runnable, input, `${pointer}/input`);
  const job: NewJob = {
    taskId: execution.taskId,
    version: version ?? run.version,
    inputJson,
    ...likeOrigin(origin),
    forkedFrom: { executionId, step: from },
    journal: { executionId, keep: point.keep, ...(await newIdentity(deps, run)) },
  };
  const trace = traces?.newJob();
  if (trace !== undefined) job.trace = trace;
  const [enqueued] = await queue.enqueue([job]);
  if (enqueued === undefined) throw new Error("the queue returned no job");
  if (trace !== undefined) traces?.enqueued(trace, { jobId: enqueued.job.id, task: runnable.task.label });
  const masker = await textMasker(deps.vault);
  return {
    job: enqueued.job,
    task: runnable.task,
    warnings: point.repeated.map((step) => warningAbout(masker.text(step))),
  };
}

async function originOf(
  { store }: Pick<ServiceDependencies, "store">,
  { id, jobId, status }: ExecutionDetail,
  force: boolean,
): Promise<{ job: Job; run: StoredRun }> {
  const data = { executionId: id, status };
  const run = jobId === null ? undefined : await store.runs.load(id);
  if (jobId === null || run === undefined) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} has no run that could be forked.`, {
      data,
      remedy: "Only an execution of a job that has called a durable method can be forked; others can be retried.",
    });
  }
  if (!force && !(ENDED_STATUSES as readonly string[]).includes(status)) {
    throw new RatchetError("ILLEGAL_TRANSITION", `Execution ${id} is ${status}, so its run is not finished.`, {
      data,
      remedy: 'Wait until it has ended, or fork it as it is now with "force": true.',
    });
  }
  const job = await store.jobs.get(jobId);
  if (job === undefined) throw noJob(jobId);
  return { job, run };
}

/** What a fork has of the job that it is a fork of. Keys that belong to one job are not among it. */
function likeOrigin({ priority, tags, maxRetries, concurrencyKey, retry }: Job): Partial<NewJob> {
  const like: Partial<NewJob> = { priority, tags };
  if (maxRetries !== null) like.maxRetries = maxRetries;
  if (concurrencyKey !== null) like.concurrencyKey = concurrencyKey;
  if (retry !== null) like.retry = retry;
  return like;
}

/** Steps that are done again get other keys, or whoever is called would take them for repeats. */
async function newIdentity(
  { vault }: Pick<ServiceDependencies, "vault">,
  run: StoredRun,
): Promise<{ runKey: string; seed: Uint8Array }> {
  const protection = createRunProtection(vault);
  const seed = await protection.open(seedName(run.runKey), run.seed);
  if (seed === undefined) {
    throw new RatchetError(
      "CONFIG_INVALID",
      "The key that the run was encrypted with is lost, so it can't be forked.",
      {
        remedy: "Restore the database together with its key.",
      },
    );
  }
  const runKey = newRunKey();
  return { runKey, seed: await protection.seal(seedName(runKey), seed) };
}

/** Returns the steps of a workflow; undefined if the program of the task is code. */
async function stepsOf({ registry }: Pick<ServiceDependencies, "registry">, { uuid }: TaskRecord, version: string) {
  const { task }: { task: TaskDefinition } = await registry.open(uuid, version);
  const workflow = await workflowOf(task);
  return workflow === undefined ? undefined : workflowGraph(workflow);
}

/** Steps that a remedy lists. */
const MOST_LISTED = 20;

/** Names that a hint can be found among. */
const MOST_NAMES = 1_000;

async function namesIn(
  { store, vault }: Pick<ServiceDependencies, "store" | "vault">,
  executionId: number,
): Promise<string[]> {
  const masker = await textMasker(vault);
  const operations = await store.runs.operations(executionId, MOST_NAMES);
  return operations.map(({ name, label }) => label ?? masker.text(name));
}

function unknownStep(executionId: number, step: string, known: readonly string[]): RatchetError {
  const near = nearest(step, known);
  const hint = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  return new RatchetError("UNKNOWN_STEP", `The run has no step ${JSON.stringify(step.slice(0, 200))}.${hint}`, {
    data: { executionId, step: step.slice(0, 200) },
    remedy: stepsText(known) ?? `GET /api/v1/executions/${executionId}/operations lists what it has done.`,
  });
}

/** Names the steps, if they are few. */
function stepsText(known: readonly string[]): string | undefined {
  const names = [...new Set(known)];
  if (names.length === 0 || names.length > MOST_LISTED) return undefined;
  return `It has ${names.map((name) => JSON.stringify(name.slice(0, 100))).join(", ")}.`;
}

function warningAbout(step: string): string {
  return `${JSON.stringify(step)} is done again, and nothing says that it may be repeated: it has no retry of its own.`;
}
