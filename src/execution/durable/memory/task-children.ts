import type { DurableError, DurableResult } from "../../../domain/durable.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { RawJson } from "../../../domain/raw-json.ts";
import type { RetryPolicy } from "../../../domain/retry-policy.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { Clock } from "../../../lib/clock.ts";
import { checkInputText, type ExecuteRequest, type ExecuteResult } from "../../execute.ts";
import { decideRetry, type RetryDefaults } from "../../retry-decision.ts";
import { checkCallPermission } from "../call-permission.ts";
import { durableFailure } from "../failures.ts";
import { cancelled, completed, failed } from "../results.ts";
import { atTime } from "./at-time.ts";
import type { Callee, Child, Children } from "./children.ts";
import type { Slots } from "./slots.ts";

/** A run that has begun. */
export interface HostedRun {
  result: Promise<ExecuteResult>;
  /** Cancels it gracefully. */
  cancel(): void;
}

/** What the caller of a child knows of it before it begins. */
export type ChildRequest = Omit<ExecuteRequest, "task" | "input" | "executionId" | "attempt" | "durable">;

/** How children are found and run. */
export interface TaskChildrenOptions {
  /** Finds a task. @param version @default the newest @returns undefined if it does not exist @throws {RatchetError} */
  findTask(task: string, version: string | undefined): Promise<TaskDefinition | undefined>;
  /** Returns what a child is executed with. @param depth of the child: 1 for that of the run which was started first */
  childRequest(task: TaskDefinition, depth: number): Promise<ChildRequest>;
  retry: RetryDefaults;
  clock: Clock;
  /** How many children of one depth run at a time. */
  slots: Slots;
  /** Runs a child. */
  run(request: ExecuteRequest): HostedRun;
  /** Of the children. */
  depth: number;
  /** Called for each child that begins. */
  onStart(child: Child): void;
}

/** How deeply calls may be nested. Each level holds a machine. */
const MAX_DEPTH = 32;

/** The children of runs that are executed in this process. */
export function taskChildren(options: TaskChildrenOptions): Children {
  return {
    async find(caller, task, version) {
      if (options.depth > MAX_DEPTH) {
        const message = `calls are nested more than ${MAX_DEPTH} deep: ${caller.label} calls ${task}`;
        return { error: { name: "RangeError", code: "CALL_DEPTH", message } };
      }
      try {
        const found = await options.findTask(task, version);
        const refused = checkCallPermission(caller, found?.metadata.label ?? task);
        if (refused !== undefined) return { error: refused };
        return found === undefined ? { error: notFound(task, version) } : { callee: calleeOf(found, options) };
      } catch (error) {
        return {
          error: durableFailure(toRatchetError(error), { task, ...(version === undefined ? {} : { version }) }),
        };
      }
    },
  };
}

/** The error of a call of a task that does not exist. */
export function notFound(task: string, version: string | undefined): DurableError {
  const message = `there is no task ${task}${version === undefined ? "" : ` in version ${version}`} to call`;
  return { name: "Error", code: "TASK_NOT_FOUND", message };
}

function calleeOf(task: TaskDefinition, options: TaskChildrenOptions): Callee {
  const { label, version } = task.metadata;
  return {
    async check(input) {
      try {
        await checkInputText(task, input);
        return undefined;
      } catch (error) {
        return durableFailure(toRatchetError(error), { task: label, version });
      }
    },
    start(input, retry) {
      const child = startChild({ task, input, retry }, options);
      options.onStart(child);
      return child;
    },
  };
}

interface ChildStart {
  task: TaskDefinition;
  input: string;
  retry: RetryPolicy | undefined;
}

function startChild({ task, input, retry }: ChildStart, options: TaskChildrenOptions): Child {
  const { label, version } = task.metadata;
  const ids = { jobId: crypto.randomUUID(), executionId: crypto.randomUUID() };
  let isCancelled = false;
  let stop = () => {};
  const whenCancelled = `the call of ${label}`;

  async function attempt(number: number, executionId: string): Promise<ExecuteResult> {
    const release = await options.slots.take();
    try {
      if (isCancelled) throw new RatchetError("CANCELLED", `${whenCancelled} was cancelled`);
      const request = await options.childRequest(task, options.depth);
      const run = options.run({ ...request, task, input: new RawJson(input), executionId, attempt: number });
      stop = run.cancel;
      if (isCancelled) run.cancel();
      return await run.result;
    } finally {
      release();
    }
  }

  async function attempts(): Promise<DurableResult> {
    let executionId = ids.executionId;
    for (let number = 1; ; number++) {
      const call = { task: label, version, jobId: ids.jobId, executionId };
      let error: RatchetError;
      try {
        const result = await attempt(number, executionId);
        if (result.status === "completed") return completed(readText(result.outputJson));
        error = result.error;
      } catch (thrown) {
        error = toRatchetError(thrown);
      }
      if (isCancelled) return cancelled(whenCancelled);
      const policy = retry === undefined ? task.metadata.retry : { ...task.metadata.retry, ...retry };
      const decision = decideRetry({
        error,
        retries: number - 1,
        maxRetries: null,
        policy,
        defaults: options.retry,
        random: Math.random(),
      });
      if (!decision.retry) return failed(durableFailure(error, call));
      await pause(decision.delayMs);
      if (isCancelled) return cancelled(whenCancelled);
      executionId = crypto.randomUUID();
    }
  }

  async function pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = atTime(options.clock, options.clock.now() + ms, resolve);
    stop = resolve;
    await promise;
    timer.cancel();
  }

  return {
    ids,
    ended: attempts(),
    cancel() {
      isCancelled = true;
      stop();
    },
  };
}
