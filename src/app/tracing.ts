import type { Environment } from "../config/environment.ts";
import type { ConfigValues } from "../config/keys.ts";
import { traceExport } from "../config/trace-export.ts";
import type { RatchetEvent } from "../domain/events.ts";
import { parseJobTrace, SAMPLED } from "../domain/trace.ts";
import type { Clock } from "../lib/clock.ts";
import type { Shutdown } from "../lib/shutdown.ts";
import type { AttemptTraces } from "../queue/attempt-traces.ts";
import type { Store } from "../store/contract/store.ts";
import type { TraceExporter } from "../telemetry/export/trace-exporter.ts";
import type { Logger } from "../telemetry/logger.ts";
import { createTraces, type Traces } from "../telemetry/tracing/traces.ts";

/** The traces of the server: those of requests and jobs, and those of attempts. */
export interface Tracing {
  traces: Traces;
  attempts: AttemptTraces;
}

/** What traces are built on. */
interface TracingBase {
  options: { config: ConfigValues; env: Environment; logger: Logger };
  clock: Clock;
  store: Pick<Store, "jobs" | "tasks" | "events">;
}

/**
 * Creates the traces. Nothing of OpenTelemetry is loaded unless a collector is configured.
 * @throws {RatchetError} CONFIG_INVALID
 */
export async function buildTracing(
  { options: { config, env, logger }, clock, store }: TracingBase,
  shutdown: Shutdown,
): Promise<Tracing> {
  const settings = traceExport(config, env);
  if (settings === undefined) {
    const traces = createTraces();
    return { traces, attempts: { now: traces.now } };
  }
  const { createTraceExporter } = await import("../telemetry/export/trace-exporter.ts");
  const exporter = createTraceExporter({ settings, clock, onProblem: (message) => logger.warn(message) });
  shutdown.add(exporter.stop);
  store.events.subscribe((events) => {
    for (const event of events) if (event.type === "schedule.fired") void exportFiring(event, store, exporter);
  });
  const traces = createTraces(exporter);
  return { traces, attempts: exportedAttempts(traces, exporter) };
}

/** Exports attempts and direct executions when they end. */
function exportedAttempts({ now }: Traces, exporter: TraceExporter): AttemptTraces {
  return {
    now,
    onJob({ job, executionId, trace: { traceId } }, stored, outcome) {
      const trace = job.traceId === null || job.trace === null ? undefined : parseJobTrace(job.traceId, job.trace);
      const { flags, state } = trace ?? { flags: SAMPLED, state: null };
      exporter.add({
        kind: "execution",
        trace: { traceId, flags, state },
        execution: {
          stored,
          parentSpanId: trace?.spanId ?? null,
          executionId,
          jobId: job.id,
          attempt: job.attempts,
          task: outcome?.task ?? null,
          error: outcome?.result.status === "failed" ? outcome.result.error.message : null,
        },
      });
    },
    onDirect({ executionId, traceId, trace: stored, request, outcome: { task = null, result } }) {
      const { flags, state } = request?.context ?? { flags: SAMPLED, state: null };
      exporter.add({
        kind: "execution",
        trace: { traceId, flags, state },
        execution: {
          stored,
          parentSpanId: request?.context.spanId ?? null,
          executionId,
          jobId: null,
          attempt: 1,
          task,
          error: result.status === "failed" ? result.error.message : null,
        },
      });
    },
  };
}

/** Exports how a schedule has created a job, which no request did. */
async function exportFiring(
  { jobId, time }: RatchetEvent,
  { jobs, tasks }: Pick<Store, "jobs" | "tasks">,
  exporter: TraceExporter,
): Promise<void> {
  const job = jobId === null ? undefined : await jobs.get(jobId).catch(() => undefined);
  if (job === undefined || job.traceId === null || job.trace === null) return;
  const task = (await tasks.get(job.taskId).catch(() => undefined))?.label ?? null;
  const trace = parseJobTrace(job.traceId, job.trace);
  exporter.add({ kind: "job", trace, job: { jobId: job.id, task }, endedUs: Math.max(time * 1_000, trace.startedUs) });
}
