import type { NewJob } from "../../domain/job.ts";
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

/** A requested job. Members that are not listed here go to the queue unchanged. */
export interface JobRequest extends Omit<NewJob, "taskId" | "inputJson" | "runAt" | "trace"> {
  task: TaskReference;
  /** A value, or its JSON text. @default {} */
  input?: unknown;
  runAt?: RequestTime;
}

/** A job that can be enqueued, with its task. */
export interface PreparedJob {
  job: NewJob;
  task: TaskRecord;
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
   * @throws {RatchetError} as {@link findRunnable} and {@link checkedInput}; USAGE for a malformed time
   */
  return async function prepare(request: JobRequest, pointer: string): Promise<PreparedJob> {
    const { task: reference, version, input, runAt, tags, ...rest } = request;
    checkVersion(version, pointer);
    const target = await runnable(reference, version ?? null);
    const inputJson = await checkedInput(checks, target, givenInput(input), `${pointer}/input`);
    const job: NewJob = { taskId: target.task.id, inputJson, ...rest };
    if (checks.traces !== undefined) job.trace = checks.traces.newJob();
    if (version !== undefined) job.version = version;
    if (tags !== undefined) job.tags = [...new Set(tags)];
    if (runAt !== undefined) job.runAt = readTime(runAt, `${pointer}/runAt`);
    return { job, task: target.task };
  };
}
