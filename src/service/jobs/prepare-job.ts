import type { NewJob } from "../../domain/job.ts";
import { defined } from "../../lib/defined.ts";
import type { TaskRecord } from "../../store/contract/tasks.ts";
import { checkVersion } from "../request-checks.ts";
import { type RequestTime, readTime } from "../request-time.ts";
import type { TaskReference } from "../tasks/find-task.ts";
import {
  checkedInput,
  findRunnable,
  givenInput,
  type RequestChecks,
  type RunnableTask,
} from "../tasks/runnable-task.ts";
import { type ChainRequest, lastChain, readChain } from "./read-chain.ts";

/** A requested job. Members that are not listed here go to the queue unchanged. */
export interface JobRequest extends Omit<NewJob, "taskId" | "inputJson" | "runAt" | "trace" | "after">, ChainRequest {
  task: TaskReference;
  /** A value, or its JSON text. @default {}, or what has become of the jobs after which it starts */
  input?: unknown;
  runAt?: RequestTime;
}

/** A job that can be enqueued, with its task. */
export interface PreparedJob {
  job: NewJob;
  task: TaskRecord;
  /** The task says how its jobs are retried. */
  hasRetryPolicy: boolean;
  /** The task takes a stream of rows as its input. */
  takesStream: boolean;
}

/** Checks jobs that are requested together, and looks up each task once. */
export function createJobPreparation(checks: RequestChecks) {
  const found = new Map<string, Promise<RunnableTask>>();
  const runnable = (reference: TaskReference, version: string | null): Promise<RunnableTask> => {
    const key = JSON.stringify([reference, version]);
    let promise = found.get(key);
    if (promise === undefined) {
      promise = findRunnable(checks, reference, version);
      found.set(key, promise);
    }
    return promise;
  };

  /**
   * @param pointer where the job is in the request, "" for all of it
   * @param place.isLast it starts after all that are created before it with the same request @default false
   * @param place.isStream its input is the stream of another job, whose items are checked when it reads them @default false
   * @throws {RatchetError} as {@link findRunnable}, {@link checkedInput} and {@link readChain}; USAGE for a malformed time
   */
  return async function prepare(
    request: JobRequest,
    pointer: string,
    { isLast = false, isStream = false }: { isLast?: boolean; isStream?: boolean } = {},
  ): Promise<PreparedJob> {
    const { task: reference, version, input, runAt, tags, after, when, ...rest } = request;
    checkVersion(version, pointer);
    const target = await runnable(reference, version ?? null);
    const chained: ChainRequest = { ...defined({ after, when }), input };
    const chain = isLast ? lastChain(chained, pointer) : await readChain(checks.store, chained, pointer);
    // What the others will have returned can't be checked yet.
    const inputJson =
      chain?.givesInput === true
        ? "{}"
        : isStream
          ? "[]"
          : await checkedInput(checks, target, givenInput(input), `${pointer}/input`);
    const job: NewJob = { taskId: target.task.id, inputJson, ...rest };
    if (chain !== undefined) job.after = chain;
    if (checks.traces !== undefined) job.trace = checks.traces.newJob();
    if (version !== undefined) job.version = version;
    if (tags !== undefined) job.tags = [...new Set(tags)];
    if (runAt !== undefined) job.runAt = readTime(runAt, `${pointer}/runAt`);
    const { task, hasRetryPolicy, takesStream } = target;
    return { job, task, hasRetryPolicy, takesStream };
  };
}
