import type { DurableResult } from "../domain/durable.ts";
import type { NewJob } from "../domain/job.ts";
import type { RetryPolicy } from "../domain/retry-policy.ts";
import { readText } from "../domain/shared-text.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import { callTooDeep, MAX_CALL_DEPTH } from "../execution/durable/call-depth.ts";
import { checkCallPermission } from "../execution/durable/call-permission.ts";
import { durableFailure } from "../execution/durable/failures.ts";
import { lazySession } from "../execution/durable/lazy-session.ts";
import { passedOver } from "../execution/durable/limit-warnings.ts";
import { createApprovalBox } from "../execution/durable/memory/approval-box.ts";
import { streamListeners } from "../execution/durable/memory/child-streams.ts";
import type { Callee, Child, Children, ChildStreams } from "../execution/durable/memory/children.ts";
import { createLiveSignals } from "../execution/durable/memory/live-signals.ts";
import { createRunSession, type RunSession } from "../execution/durable/memory/run-session.ts";
import { refusedCall } from "../execution/durable/refused-call.ts";
import { cancelled, completed, failed } from "../execution/durable/results.ts";
import { takesNoStream } from "../execution/durable/stream-failures.ts";
import { decideRetry, type RetryDefaults } from "../execution/retry-decision.ts";
import type { Clock } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { DirectRunner } from "../queue/direct.ts";
import type { OpenDirectRun } from "../queue/direct-run.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { MeasuredRun } from "../telemetry/measurements.ts";
import type { PrepareChild } from "./run-host-options.ts";

/** What the runs of direct executions work with. */
export interface DirectRunsOptions {
  clock: Clock;
  /** Returns a function that finds the tasks of children and checks their inputs. */
  childPreparation(): PrepareChild;
  /** Returns the label of a task. @param task label or uuid @throws {RatchetError} TASK_NOT_FOUND */
  labelOf(task: string): Promise<string>;
  /** Runs a child. */
  run: DirectRunner["run"];
  retry: RetryDefaults;
  /** Stores an event `execution.emitted`. @param json of the value */
  emit(event: { executionId: number; taskId: number; name: string; json: string }): Promise<void>;
  /** Receives errors that no caller waits for. */
  onError: (error: unknown) => void;
  /** Receives what runs do. @default nobody does */
  onMeasured?: ((measured: MeasuredRun) => void) | undefined;
}

/**
 * Hosts the runs of direct executions. They last no longer than the request that waits for them, so nothing is recorded: waits
 * are waited for in memory, children are direct executions too, and signals come while the run lasts. Nobody can decide an
 * approval.
 */
export function createDirectRuns(options: DirectRunsOptions): OpenDirectRun {
  return (task, { executionId, taskId, depth, streams, warn }) => {
    const { clock, onMeasured } = options;
    const emitting = new Set<Promise<void>>();
    const signals = createLiveSignals((name, reason) => {
      warn(passedOver(name, reason));
    });
    const open = async () =>
      createRunSession({
        task: task.metadata,
        clock,
        children: directChildren(options, depth + 1),
        signals,
        approvals: createApprovalBox([]),
        onItem: (_, item, received) => received(item + 1),
        onEmit(name, json) {
          const stored = options.emit({ executionId, taskId, name, json }).catch(options.onError);
          emitting.add(stored);
          void stored.finally(() => emitting.delete(stored));
        },
        warn,
        whyNobody: "nobody is asked by a direct execution, so run the task as a job",
        ...streamListeners(streams, task),
      });
    const { session, opened } = lazySession<RunSession>(open, streams.rows === undefined ? {} : { rows: true });
    streams.written?.onUnread(() => void opened()?.then((run) => run.unread()));
    return {
      session: onMeasured === undefined ? session : measuredSession(session, onMeasured),
      send(name, payload) {
        const sent = signals.send(name, payload);
        if ("status" in sent) onMeasured?.({ what: "signal", status: sent.status });
        return sent;
      },
      cancel() {
        const opening = opened();
        void opening?.then((run) => run.cancel());
        return opening !== undefined;
      },
      async end() {
        const run = await opened();
        run?.end();
        await Promise.all(emitting);
        return run?.renewal();
      },
    };
  };
}

function measuredSession(session: DurableSession, record: (measured: MeasuredRun) => void): DurableSession {
  return {
    ...session,
    receive(message, seed) {
      const { type } = message;
      if (type === "open" || type === "record") record({ what: "operation", method: message.request.kind });
      session.receive(message, seed);
    },
  };
}

function directChildren(options: DirectRunsOptions, depth: number): Children {
  return {
    async find(caller, task, version) {
      if (depth > MAX_CALL_DEPTH) return { error: callTooDeep(caller.label, task) };
      const call = defined({ task, version });
      try {
        const label = await options.labelOf(task);
        const refused = checkCallPermission(caller, label);
        return refused === undefined ? { callee: calleeOf(options, { ...call, label, depth }) } : { error: refused };
      } catch (error) {
        return { error: durableFailure(toRatchetError(error), call) };
      }
    },
  };
}

/** A task that is called, and how deep in calls of calls. */
interface Called {
  task: string;
  version?: string;
  label: string;
  depth: number;
}

function calleeOf(options: DirectRunsOptions, called: Called): Callee {
  const prepare = options.childPreparation();
  const prepared = new Map<string, NewJob>();
  let reading: NewJob | undefined;
  const { task, version, label } = called;
  return {
    label,
    async check(input) {
      try {
        prepared.set(input, (await prepare({ task, version, input })).job);
        return undefined;
      } catch (error) {
        return refusedCall(toRatchetError(error), defined({ task: label, version }), "/input");
      }
    },
    async checkRows() {
      try {
        const child = await prepare({ task, version, input: "[]", isStream: true });
        reading = child.job;
        return child.takesStream ? undefined : takesNoStream(label);
      } catch (error) {
        return durableFailure(toRatchetError(error), defined({ task: label, version }));
      }
    },
    start(input, retry, streams = {}) {
      const job = streams.rows === undefined ? prepared.get(input) : reading;
      if (job === undefined) throw new Error("the input of a call was not checked");
      return startChild(options, called, { job, retry, streams });
    },
  };
}

/** A child that is started. */
interface StartedJob {
  job: NewJob;
  retry: RetryPolicy | undefined;
  streams: ChildStreams;
}

function startChild(options: DirectRunsOptions, called: Called, started: StartedJob): Child {
  const abort = new AbortController();
  return {
    // A direct execution has no job, and gets its own id when it starts.
    ids: { jobId: "", executionId: "" },
    call: () => defined({ task: called.label, version: called.version }),
    ended: attempts(options, called, { ...started, signal: abort.signal }),
    cancel: () => abort.abort(),
  };
}

async function attempts(
  { run, clock, retry: defaults }: DirectRunsOptions,
  { label, depth }: Called,
  { job, retry, streams, signal }: StartedJob & { signal: AbortSignal },
): Promise<DurableResult> {
  const { taskId, inputJson, version } = job;
  for (let retries = 0; ; retries++) {
    try {
      const { executionId, outcome } = await run({
        ...{ taskId, inputJson, signal, depth, streams },
        ...defined({ version }),
      });
      const { result } = outcome;
      if (result.status === "completed") return completed(readText(result.outputJson));
      if (signal.aborted) return cancelled(`the call of ${label}`);
      const policy = retry ?? outcome.retry;
      // A task that says nothing about retries is not retried: its caller sees the failure at once.
      const maxRetries = policy === undefined ? 0 : null;
      const failure = { error: result.error, retries, maxRetries, policy, defaults, random: Math.random() };
      const decision = decideRetry(failure);
      if (!decision.retry) {
        const call = defined({
          task: label,
          version: outcome.version ?? undefined,
          executionId: String(executionId),
        });
        return failed(durableFailure(result.error, call));
      }
      await new Promise<void>((resolve) => {
        clock.after(decision.delayMs, resolve);
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    } catch (error) {
      return failed(durableFailure(toRatchetError(error), { task: label }));
    }
  }
}
