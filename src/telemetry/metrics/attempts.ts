import type { MeasuredAttempt, Meter } from "../measurements.ts";
import { DURATION_BUCKETS, type Families } from "./families.ts";
import { createTaskLabels } from "./task-labels.ts";

/** Upper bounds of the buckets of waits, seconds: jobs may wait for hours. */
const WAIT_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600];

/** Adds the families of attempts: of jobs, and direct executions. */
export function addAttemptFamilies({ client, registers }: Families): Pick<Meter, "attempt" | "waited"> {
  const attempts = new client.Counter({
    name: "ratchet_attempts_total",
    help: "Attempts that have ended, direct executions included. The first 100 tasks have their own series.",
    labelNames: ["task", "outcome"],
    registers,
  });
  const errors = new client.Counter({
    name: "ratchet_attempt_errors_total",
    help: "Attempts that failed or were cancelled, by the code of the error.",
    labelNames: ["code"],
    registers,
  });
  const executionSeconds = new client.Histogram({
    name: "ratchet_execution_duration_seconds",
    help: "How long programs ran, per attempt.",
    labelNames: ["status"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  const waitSeconds = new client.Histogram({
    name: "ratchet_job_wait_seconds",
    help: "How long jobs waited from when they were due until a worker claimed them.",
    buckets: WAIT_BUCKETS,
    registers,
  });
  const labelOf = createTaskLabels();
  return {
    attempt({ task, outcome, code, seconds }: MeasuredAttempt) {
      attempts.inc({ task: labelOf(task), outcome });
      if (code !== undefined) errors.inc({ code });
      executionSeconds.observe({ status: outcome === "completed" ? "completed" : "failed" }, seconds);
    },
    waited: (seconds) => waitSeconds.observe(seconds),
  };
}
