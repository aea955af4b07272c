import type { EventType, RatchetEvent } from "../../domain/events.ts";
import type { Store } from "../../store/contract/store.ts";
import type { Logger, LogLevel } from "../../telemetry/logger.ts";
import { createKnownLabels, type KnownLabels } from "../scope/known-labels.ts";

/** Levels of the events that operators should see. All others are for debugging. */
const LEVELS: Readonly<Partial<Record<EventType, LogLevel>>> = {
  "job.failed": "info",
  "schedule.missed": "warn",
  "schedule.paused": "info",
  "queue.paused": "info",
  "queue.resumed": "info",
};

/** Where events are written to. */
export interface EventLogOptions {
  store: Pick<Store, "events" | "tasks" | "jobs" | "executions">;
  logger: Logger;
  /** Write all events, not only those for operators. */
  verbose: boolean;
}

/** What a log calls the things that events are about. */
interface Names {
  task: ReadonlyMap<number, string>;
  /** Traces, by the ids of jobs and of executions. */
  traceOfJob: ReadonlyMap<number, string | null>;
  traceOfExecution: ReadonlyMap<number, string | null>;
}

interface NameSources extends Pick<EventLogOptions, "store"> {
  labels: KnownLabels;
}

/** Writes events to the log, with the names of what they are about. */
export function logEvents({ store, logger, verbose }: EventLogOptions): void {
  const labels = createKnownLabels(store.tasks, store.events);
  let turn: Promise<void> = Promise.resolve();
  store.events.subscribe((events) => {
    const shown = verbose ? events : events.filter(({ type }) => LEVELS[type] !== undefined);
    if (shown.length === 0) return;
    // One batch after the other, so that messages keep the order of events.
    turn = turn.then(async () => {
      const names = await namesFor(shown, { store, labels }).catch(() => NO_NAMES);
      for (const event of shown) write(event, logger, names);
    });
  });
}

const NO_NAMES: Names = { task: new Map(), traceOfJob: new Map(), traceOfExecution: new Map() };

async function namesFor(events: readonly RatchetEvent[], { store, labels }: NameSources): Promise<Names> {
  // An execution is read without its input, a job with it.
  const ofJobs = events.filter(({ executionId }) => executionId === null);
  const [tasks, jobs, executions] = await Promise.all([
    labels.find(idsOf(events.map(({ taskId }) => taskId))),
    store.jobs.getMany(idsOf(ofJobs.map(({ jobId }) => jobId))),
    store.executions.getMany(idsOf(events.map(({ executionId }) => executionId))),
  ]);
  return {
    task: new Map(tasks.map(({ id, label }) => [id, label])),
    traceOfJob: new Map(jobs.map(({ id, traceId }) => [id, traceId])),
    traceOfExecution: new Map(executions.map(({ id, traceId }) => [id, traceId])),
  };
}

function idsOf(ids: readonly (number | null)[]): number[] {
  return [...new Set(ids.filter((id) => id !== null))];
}

function write(event: RatchetEvent, logger: Logger, names: Names): void {
  const { type, taskId, jobId, executionId, scheduleId, data } = event;
  logger[LEVELS[type] ?? "debug"](type, {
    task: taskId === null ? undefined : names.task.get(taskId),
    jobId: jobId ?? undefined,
    executionId: executionId ?? undefined,
    taskId: taskId ?? undefined,
    traceId: traceOf(event, names) ?? undefined,
    scheduleId: scheduleId ?? undefined,
    data: data ?? undefined,
  });
}

function traceOf({ jobId, executionId }: RatchetEvent, names: Names): string | null | undefined {
  if (executionId !== null) return names.traceOfExecution.get(executionId);
  return jobId === null ? undefined : names.traceOfJob.get(jobId);
}
