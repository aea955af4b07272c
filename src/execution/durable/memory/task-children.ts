import type { DurableError, DurableResult } from "../../../domain/durable.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { RawJson } from "../../../domain/raw-json.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { Clock } from "../../../lib/clock.ts";
import { defined } from "../../../lib/defined.ts";
import { checkWholeInput, type ExecuteRequest, type ExecuteResult } from "../../execute.ts";
import { decideRetry, type RetryDefaults } from "../../retry-decision.ts";
import { callTooDeep, MAX_CALL_DEPTH } from "../call-depth.ts";
import { checkCallPermission } from "../call-permission.ts";
import { durableFailure } from "../failures.ts";
import { refusedCall } from "../refused-call.ts";
import { cancelled, completed, failed } from "../results.ts";
import { takesNoStream } from "../stream-failures.ts";
import { atTime } from "./at-time.ts";
import type { Callee, Child, Children, ChildStreams } from "./children.ts";

/** A run that has begun. */
export interface HostedRun {
  result: Promise<ExecuteResult>;
  /** Cancels it gracefully. */
  cancel(): void;
}

/** With what a child is executed. */
export interface ChildRequest extends Omit<ExecuteRequest, "task" | "input" | "executionId" | "attempt" | "durable"> {
  /** Masks secrets in how it ended. @default nothing is masked */
  masked?: ((result: ExecuteResult) => ExecuteResult) | undefined;
}

/** How children are found and run. */
export interface TaskChildrenOptions {
  /** Finds a task. @param version @default the newest @returns undefined if it does not exist @throws {RatchetError} */
  findTask(task: string, version: string | undefined): Promise<TaskDefinition | undefined>;
  /** Returns what a child is executed with. @param depth of the child: 1 for that of the run which was started first */
  childRequest(task: TaskDefinition, depth: number): Promise<ChildRequest>;
  retry: RetryDefaults;
  clock: Clock;
  /** Runs a child. */
  run(request: ExecuteRequest, streams: ChildStreams): HostedRun;
  /** Of the children. */
  depth: number;
  /** Called for each child that begins. */
  onStart(child: Child): void;
}

/** The children of runs that are executed in this process. */
export function taskChildren(options: TaskChildrenOptions): Children {
  return {
    async find(caller, task, version) {
      if (options.depth > MAX_CALL_DEPTH) return { error: callTooDeep(caller.label, task) };
      try {
        const found = await options.findTask(task, version);
        const refused = checkCallPermission(caller, found?.metadata.label ?? task);
        if (refused !== undefined) return { error: refused };
        return found === undefined ? { error: notFound(task, version) } : { callee: calleeOf(found, options) };
      } catch (error) {
        return {
          error: durableFailure(toRatchetError(error), defined({ task, version })),
        };
      }
    },
  };
}

/** The error of a call of a task that does not exist. */
function notFound(task: string, version: string | undefined): DurableError {
  const message = `there is no task ${task}${version === undefined ? "" : ` in version ${version}`} to call`;
  return { name: "Error", code: "TASK_NOT_FOUND", message, call: defined({ task, version }) };
}

function calleeOf(task: TaskDefinition, options: TaskChildrenOptions): Callee {
  const { label, version } = task.metadata;
  return {
    label,
    async check(input) {
      try {
        await checkWholeInput(task, input);
        return undefined;
      } catch (error) {
        return refusedCall(toRatchetError(error), { task: label, version });
      }
    },
    checkRows: async () => (task.metadata.stream === true ? undefined : takesNoStream(label)),
    start(input, retry, streams = {}) {
      if (policyOf({ task, retry }) === undefined) streams.rows?.once();
      const child = startChild({ task, input, retry, streams }, options);
      options.onStart(child);
      return child;
    },
  };
}

interface ChildStart {
  task: TaskDefinition;
  input: string;
  retry: RetryPolicy | undefined;
  streams: ChildStreams;
}

/** How often a child is tried again; undefined if not at all: its caller sees the failure at once. */
function policyOf({ task, retry }: Pick<ChildStart, "task" | "retry">): RetryPolicy | undefined {
  return retry === undefined ? task.metadata.retry : { ...task.metadata.retry, ...retry };
}

/** A child that runs, over all its attempts. */
interface RunningChild extends ChildStart {
  options: TaskChildrenOptions;
  jobId: string;
  /** Of the current attempt. */
  executionId: string;
  isCancelled: boolean;
  /** Ends what it does now: an attempt, or the wait before the next one. */
  stop: () => void;
}

function startChild(start: ChildStart, options: TaskChildrenOptions): Child {
  const ids = { jobId: crypto.randomUUID(), executionId: crypto.randomUUID() };
  const child: RunningChild = { ...start, options, ...ids, isCancelled: false, stop: () => {} };
  return {
    ids,
    call: () => callOf(child),
    ended: attempts(child),
    cancel() {
      child.isCancelled = true;
      child.stop();
    },
  };
}

function callOf({ task, jobId, executionId }: RunningChild): NonNullable<DurableError["call"]> {
  const { label, version } = task.metadata;
  return { task: label, version, jobId, executionId };
}

async function attempts(child: RunningChild): Promise<DurableResult> {
  const { task, options } = child;
  const { label } = task.metadata;
  for (let number = 1; ; number++, child.executionId = crypto.randomUUID()) {
    let error: RatchetError;
    try {
      const result = await attempt(child, number);
      if (result.status === "completed") return completed(readText(result.outputJson));
      error = result.error;
    } catch (thrown) {
      error = toRatchetError(thrown);
    }
    if (child.isCancelled) return cancelled(`the call of ${label}`);
    const policy = policyOf(child);
    const maxRetries = policy === undefined ? 0 : null;
    const failure = { error, retries: number - 1, maxRetries, policy, defaults: options.retry };
    const decision = decideRetry({ ...failure, random: Math.random() });
    if (!decision.retry) return failed(durableFailure(error, callOf(child)));
    await pause(child, decision.delayMs);
  }
}

async function attempt(child: RunningChild, attempt: number): Promise<ExecuteResult> {
  const { task, input, options, executionId } = child;
  if (child.isCancelled) throw new RatchetError("CANCELLED", `the call of ${task.metadata.label} was cancelled`);
  const { masked, ...request } = await options.childRequest(task, options.depth);
  const run = options.run({ ...request, task, input: new RawJson(input), executionId, attempt }, child.streams);
  child.stop = run.cancel;
  if (child.isCancelled) run.cancel();
  const result = await run.result;
  return masked?.(result) ?? result;
}

async function pause(child: RunningChild, ms: number): Promise<void> {
  const { clock } = child.options;
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = atTime(clock, clock.now() + ms, resolve);
  child.stop = resolve;
  await promise;
  timer.cancel();
}
