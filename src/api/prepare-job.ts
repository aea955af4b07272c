import { RatchetError } from "../domain/errors.ts";
import type { JobPriority, NewJob } from "../domain/job.ts";
import type { JsonValue } from "../domain/json.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { inputToJson } from "../execution/input-json.ts";
import { RawJson } from "../lib/raw-json.ts";
import { sentence } from "../lib/sentence.ts";
import type { TaskRecord } from "../store/contract/tasks.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { findTask, type TaskReference } from "./find-task.ts";
import { parseTime, TIME_FORMS } from "./http/time.ts";

/** A job as a caller asks for it. */
export interface JobRequest {
  task: TaskReference;
  version?: string;
  input?: unknown;
  priority?: JobPriority;
  runAt?: string | number;
  maxRetries?: number;
  idempotencyKey?: string;
  uniqueKey?: string;
  concurrencyKey?: string;
}

/** A task that may run, with what its inputs are checked against: nothing where the server checks none. */
export interface RunnableTask {
  task: TaskRecord;
  definition: TaskDefinition | undefined;
}

/** What is needed to check jobs. */
export type JobChecks = Pick<ApiDependencies, "registry" | "settings" | "checks"> & {
  store: Pick<ApiDependencies["store"], "tasks">;
};

/** Violations shown in an error. */
const MAX_SHOWN = 20;

/**
 * Finds a task that may run, and its schema.
 * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE, ENVIRONMENT; CONFLICT when it is disabled
 */
export async function findRunnable(
  checks: JobChecks,
  reference: TaskReference,
  version: string | null,
): Promise<RunnableTask> {
  const task = await findTask(checks.store.tasks, reference);
  if (!task.enabled) {
    throw new RatchetError("CONFLICT", `The task ${task.label} is disabled and takes no new jobs.`, {
      data: { taskId: task.id },
      remedy: `Enable it: PATCH /api/v1/tasks/${task.id} with {"enabled": true}.`,
    });
  }
  const opened = await checks.registry.open(task.uuid, version);
  if (version !== null) await checks.registry.keep(task.uuid, version);
  return { task, definition: checks.settings?.validateInputs === false ? undefined : opened.task };
}

/**
 * JSON text of an input that fits its task.
 * @param input a value, or its JSON text
 * @param pointer where the input is in what was sent
 * @throws {RatchetError} INVALID_INPUT with pointers into what was sent; TASK_INVALID when the schema is not valid
 */
export async function checkedInput(
  { checks }: Pick<ApiDependencies, "checks">,
  { task, definition }: RunnableTask,
  input: unknown,
  pointer: string,
): Promise<string> {
  const json = input instanceof RawJson ? input.text : inputToJson(input as JsonValue, pointer);
  if (definition === undefined) return json;
  const { violations, count } = await checks.violations(definition, "input", json);
  if (count === 0) return json;
  const shown = violations.slice(0, MAX_SHOWN).map((found) => ({ ...found, pointer: `${pointer}${found.pointer}` }));
  const first = shown[0];
  const more = count > 1 ? ` (and ${count - 1} more)` : "";
  throw new RatchetError(
    "INVALID_INPUT",
    sentence(`The input does not match the schema of ${task.label}: ${first?.pointer} ${first?.message}${more}`),
    { data: { violations: shown, count }, remedy: "Correct the input at the places named." },
  );
}

/** An input that is left out is an empty object: most tasks take one, and those that need nothing then need no word. */
export function givenInput(input: unknown): unknown {
  return input === undefined ? {} : input;
}

/** Checks jobs that are asked for together: each task is looked up once. */
export function createJobPreparation(checks: JobChecks) {
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
   * @param pointer where the request is in what was sent, "" for all of it
   * @throws {RatchetError} as {@link findRunnable} and {@link checkedInput}; USAGE for a time that is none
   */
  return async function prepare(request: JobRequest, pointer: string): Promise<{ job: NewJob; task: TaskRecord }> {
    const { task: reference, version, input, runAt, ...rest } = request;
    const target = await runnable(reference, version ?? null);
    const inputJson = await checkedInput(checks, target, givenInput(input), `${pointer}/input`);
    const job: NewJob = { taskId: target.task.id, inputJson, ...rest };
    if (version !== undefined) job.version = version;
    if (runAt !== undefined) job.runAt = readTime(runAt, `${pointer}/runAt`);
    return { job, task: target.task };
  };
}

/** @throws {RatchetError} USAGE with a pointer */
export function readTime(value: string | number, pointer: string): number {
  const time = parseTime(value);
  if (time !== undefined) return time;
  throw new RatchetError("USAGE", `${pointer} is ${JSON.stringify(value).slice(0, 100)}; it must be ${TIME_FORMS}.`, {
    data: { violations: [{ pointer, message: `must be ${TIME_FORMS}` }] },
  });
}
