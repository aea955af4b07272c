import type { AttemptOutcome, RunAttempt } from "../execution/attempt.ts";
import { logFailure } from "../execution/log-failure.ts";
import { createRecordingBudget, type RecordingBudget } from "../execution/recording/recording-budget.ts";
import { createTaskRunner, type TaskFailure } from "../execution/task-runner.ts";
import { defined } from "../lib/defined.ts";
import { createIdleWatch, type IdleWatch } from "../lib/idle-watch.ts";
import { createDirectRunner, type DirectRunner } from "../queue/direct.ts";
import { maxClaimedFor } from "../queue/max-claimed.ts";
import { createQueue } from "../queue/queue.ts";
import { createRetention } from "../queue/retention.ts";
import { retentionPolicy } from "../queue/retention-policy.ts";
import { createWorker } from "../queue/worker.ts";
import { createScheduler } from "../scheduler/scheduler.ts";
import { claimShare } from "../service/health/memory-level.ts";
import type { MeasuredAttempt } from "../telemetry/measurements.ts";
import type { Base } from "./foundation.ts";
import type { Health } from "./health.ts";
import { buildDirectRuns, buildRunHosts } from "./run-hosts.ts";

/** After so long without an execution, what is kept for the next ones is dropped, ms: sleeping runs should cost nothing. */
const IDLE_MS = 15_000;

/** Memory of all recordings that are under way together, bytes. */
const MAX_RECORDING_MEMORY = 64 * 1024 * 1024;

/** What runs tasks. */
export type Work = ReturnType<typeof buildWork>;

/** Creates the queue, its worker, the scheduler and the rest of what runs tasks. */
export function buildWork(base: Base, { memory, dropMachines }: Health) {
  const { options, store, clock, measurements, tracing, onError } = base;
  const { config } = options;
  const recordings = createRecordingBudget(MAX_RECORDING_MEMORY);
  const idle = createIdleWatch(clock, IDLE_MS, dropMachines);
  const run = buildRunner(base, recordings, idle);
  const maxInputBytes = config["queue.max_input_size"];
  const worker = createWorker({
    store,
    clock,
    run,
    concurrency: config["queue.concurrency"],
    runs: buildRunHosts(base),
    maxClaimed: maxClaimedFor(config["execution.memory_budget"]),
    leaseMs: config["queue.lease"],
    maxRetries: config["queue.max_retries"],
    backoff: { baseMs: config["queue.retry_delay"], maxMs: config["queue.max_retry_delay"] },
    share: () => claimShare(memory.state().level),
    traces: tracing.attempts,
    onWaited: (ms) => measurements.waited(ms / 1_000),
    onError,
  });
  const direct: DirectRunner = createDirectRunner({
    store,
    clock,
    run,
    openRun: buildDirectRuns(base, (request) => direct.run(request)),
    workerId: worker.id,
    traces: tracing.attempts,
    maxInputBytes,
  });
  return {
    idle,
    recordings,
    worker,
    queue: createQueue({ store, maxInputBytes }),
    direct,
    scheduler: createScheduler({ store, clock, onError }),
    retention: createRetention({ retention: store.retention, clock, policy: retentionPolicy(config), onError }),
  };
}

/** Creates the function that runs attempts, and measures them. */
function buildRunner(
  { options, registry, store, vault, executor, outbound, caps, checks, measurements }: Base,
  budget: RecordingBudget,
  idle: IdleWatch,
): RunAttempt {
  const { config, dev, logger } = options;
  const attempt = createTaskRunner({
    checks,
    registry,
    tasks: store.tasks,
    executor,
    http: outbound.send,
    vault,
    caps,
    validateSchemas: config["execution.validate_schemas"],
    recording: {
      mode: config["execution.record"],
      maxBytes: config["execution.record_max_size"],
      budget,
    },
    ...defined({
      onFailure: dev
        ? (failure: TaskFailure) => void logFailure(failure, { logger, executions: store.executions })
        : undefined,
    }),
  });
  return async (request) => {
    const ended = idle.begin();
    const outcome = await attempt(request).finally(ended);
    const measured = measuredAttempt(outcome);
    if (measured !== undefined) measurements.attempt(measured);
    return outcome;
  };
}

/** @returns undefined for an execution that sleeps: it is measured when it ends */
function measuredAttempt({ task, result, usage }: AttemptOutcome): MeasuredAttempt | undefined {
  if (result.status === "asleep") return undefined;
  const seconds = (usage?.durationMs ?? 0) / 1_000;
  if (result.status === "completed") return { task, outcome: "completed", code: undefined, seconds };
  const { code } = result.error;
  return { task, outcome: code === "CANCELLED" ? "cancelled" : "failed", code, seconds };
}
