import type { JobTrace, RequestOrigin, Span } from "../../domain/trace.ts";

/** What a job's spans say about it. */
export interface TracedJob {
  jobId: number;
  task: string | null;
}

/** Returns the span of enqueuing a job. @param endedUs when it was stored, µs since the epoch */
export function enqueueSpan(trace: JobTrace, { jobId, task }: TracedJob, endedUs: number): Span {
  const attributes: Record<string, string | number> = { "ratchet.job.id": jobId };
  if (task !== null) attributes["ratchet.task"] = task;
  return {
    spanId: trace.spanId,
    parentSpanId: trace.request?.spanId ?? null,
    name: "enqueue",
    kind: "internal",
    startedUs: trace.startedUs,
    durationUs: Math.max(0, endedUs - trace.startedUs),
    error: null,
    attributes,
  };
}

/** How a request ended. */
export interface RequestEnd {
  endedUs: number;
  /** Status of the response; undefined if it is not known. */
  status?: number | undefined;
  jobId?: number | undefined;
  task?: string | undefined;
}

/** Returns the span of a request. */
export function requestSpan(request: RequestOrigin, { endedUs, status, jobId, task }: RequestEnd): Span {
  const attributes: Record<string, string | number> = {
    "http.request.method": request.method,
    "http.route": request.route,
  };
  if (status !== undefined) attributes["http.response.status_code"] = status;
  if (jobId !== undefined) attributes["ratchet.job.id"] = jobId;
  if (task !== undefined) attributes["ratchet.task"] = task;
  return {
    spanId: request.spanId,
    parentSpanId: request.parentSpanId,
    name: `${request.method} ${request.route}`,
    kind: "server",
    startedUs: request.startedUs,
    durationUs: Math.max(0, endedUs - request.startedUs),
    error: status !== undefined && status >= 500 ? `HTTP ${status}` : null,
    attributes,
  };
}
