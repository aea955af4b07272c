import type { ExecutionRecord } from "../../domain/execution-record.ts";
import { type JobTrace, parseJobTrace, type RequestOrigin, type Span } from "../../domain/trace.ts";
import type { StoredTrace } from "../../store/contract/executions.ts";
import { executionSpans } from "../../telemetry/tracing/execution-spans.ts";
import { enqueueSpan, requestSpan } from "../../telemetry/tracing/origin-spans.ts";
import { readStoredSpans } from "../../telemetry/tracing/stored-spans.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** The trace of an execution, as far as it is stored. */
export interface ReadTrace {
  /** null for an execution that is older than traces. */
  traceId: string | null;
  /** Parents before their children. */
  spans: Span[];
}

/**
 * Reads the spans that are stored with an execution and its job. The span of the request ends where the server knew last that it
 * was served: when the job was stored, or when the direct execution ended.
 */
export async function readTrace(
  { executions, tasks }: Pick<ServiceDependencies["store"], "executions" | "tasks">,
  execution: ExecutionRecord,
): Promise<ReadTrace> {
  const { id, traceId, jobId, taskId } = execution;
  const stored = await executions.trace(id);
  if (traceId === null || stored === undefined) return { traceId, spans: [] };
  const task = (await tasks.get(taskId))?.label ?? null;
  const job = jobOf(traceId, stored);
  const before = jobId === null || job === undefined ? [] : jobSpans(job, { jobId, task });
  const request = jobId === null ? readStoredSpans(stored.execution).spans?.q : undefined;
  const own = executionSpans({
    stored: stored.execution,
    earlier: stored.earlier,
    omitted: stored.omitted,
    parentSpanId: job?.trace.spanId ?? request?.[0] ?? null,
    executionId: id,
    jobId,
    attempt: execution.attempt,
    task,
    error: execution.error?.message ?? null,
    times: timesOf(execution, stored),
  });
  if (request !== undefined) {
    const [spanId, parentSpanId, method, route, startedUs] = request;
    const endedUs = Math.max(...own.map((span) => span.startedUs + (span.durationUs ?? 0)));
    before.push(requestSpan({ spanId, parentSpanId, method, route, startedUs }, { endedUs, task: task ?? undefined }));
  }
  return { traceId, spans: [...before, ...own] };
}

/** The trace of a job, and when the job was stored. */
interface StoredJob {
  trace: JobTrace;
  storedUs: number;
}

function jobOf(traceId: string, { job, jobCreatedAt }: StoredTrace): StoredJob | undefined {
  if (job === null || jobCreatedAt === null) return undefined;
  const trace = parseJobTrace(traceId, job);
  // The store counts in whole milliseconds.
  return { trace, storedUs: Math.max(trace.startedUs, jobCreatedAt * 1_000) };
}

function jobSpans({ trace, storedUs }: StoredJob, job: { jobId: number; task: string | null }): Span[] {
  const enqueue = enqueueSpan(trace, job, storedUs);
  const request: RequestOrigin | null = trace.request;
  if (request === null) return [enqueue];
  return [requestSpan(request, { endedUs: storedUs, jobId: job.jobId, task: job.task ?? undefined }), enqueue];
}

function timesOf({ createdAt, startedAt, finishedAt, queueWaitMs }: ExecutionRecord, { wokenAt }: StoredTrace) {
  const startedUs = (startedAt ?? createdAt) * 1_000;
  return {
    waitedFromUs: startedUs - queueWaitMs * 1_000,
    startedUs,
    wokenUs: wokenAt === null ? null : wokenAt * 1_000,
    endedUs: finishedAt === null ? null : finishedAt * 1_000,
  };
}
