import type { Meter } from "../measurements.ts";
import type { Counts, Families } from "./families.ts";

/** What is read about jobs, executions and schedules: counts by status, and times in ms. */
export interface QueueSource {
  jobs(): Promise<Counts>;
  executions(): Promise<Counts>;
  /** Age of the oldest ready job in ms; null when no job is ready. */
  oldestReadyMs(): Promise<number | null>;
  runningDirect(): number;
  /** Number of processes that claim jobs. */
  workers(): Promise<number>;
  /** How long the next schedule has been due, in ms; 0 when none is due. */
  schedulerLagMs(): Promise<number>;
}

/** Adds the families of jobs, executions and schedules. */
export function addQueueFamilies(families: Families, source: QueueSource): Pick<Meter, "events"> {
  const { client, registers, gauge, labelled } = families;
  labelled("ratchet_jobs", "Stored jobs by status.", "status", source.jobs);
  labelled("ratchet_executions", "Stored executions by status.", "status", source.executions);
  gauge("ratchet_queue_depth", "Jobs that wait for a worker, their time, a limit or a retry.", async () => {
    const { queued = 0, retrying = 0 } = await source.jobs();
    return queued + retrying;
  });
  gauge("ratchet_queue_oldest_ready_seconds", "Age of the oldest job that is ready to run.", async () => {
    return ((await source.oldestReadyMs()) ?? 0) / 1_000;
  });
  gauge("ratchet_direct_executions_running", "Running direct executions.", source.runningDirect);
  gauge("ratchet_workers", "Processes that claim jobs.", source.workers);
  gauge("ratchet_scheduler_lag_seconds", "How long the next schedule has been due.", async () => {
    return (await source.schedulerLagMs()) / 1_000;
  });
  const events = new client.Counter({
    name: "ratchet_events_total",
    help: "Events that this process has stored, such as job.queued, job.failed and schedule.missed.",
    labelNames: ["type"],
    registers,
  });
  return {
    events(stored) {
      for (const { type } of stored) events.inc({ type });
    },
  };
}
