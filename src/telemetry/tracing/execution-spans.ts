import type { JobTrace, RequestOrigin, Span } from "../../domain/trace.ts";
import { readStoredSpans, SPAN_NUMBERS, STEPS, type StoredCall, type StoredSpans, spanIdOf } from "./stored-spans.ts";

/** An execution, as far as its spans show it. Times are µs since the epoch. */
export interface TracedExecution {
  /** What its row has: the common part of the ids, and the spans once it has ended. */
  stored: string;
  /** The span of enqueuing its job; that of the request for a direct execution; null if neither is known. */
  parentSpanId: string | null;
  /** null for a run without a server. */
  executionId: number | null;
  jobId: number | null;
  attempt: number;
  /** Label of the task; null if it is not known. */
  task: string | null;
  /** Why it failed; null if it did not. */
  error: string | null;
  /** What is known of its times without its spans. */
  times?: { waitedFromUs: number; startedUs: number; endedUs: number | null };
}

/** Returns the spans of an execution: of waiting, of the attempt, of its steps and fetches. */
export function executionSpans(execution: TracedExecution): Span[] {
  const { spanPrefix, spans: recorded } = readStoredSpans(execution.stored);
  const spans = recorded ?? spansByTimes(execution);
  if (spans === undefined) return [];
  const own = shared(execution);
  const whole = ofAttempt(execution);
  const ended = recorded !== undefined || execution.times?.endedUs !== null;
  const attemptId = spanIdOf(spanPrefix, SPAN_NUMBERS.attempt);
  const attempt: Span = {
    spanId: attemptId,
    parentSpanId: execution.parentSpanId,
    name: "attempt",
    kind: "internal",
    startedUs: spans.s,
    durationUs: ended ? spans.d : null,
    error: execution.error,
    attributes: spans.x === undefined ? whole : { ...whole, "ratchet.fetches.omitted": spans.x },
  };
  const steps = spans.p.map(([number, offset, durationUs]): Span => {
    const failed = spans.f === number ? (execution.error ?? "failed") : null;
    return {
      spanId: spanIdOf(spanPrefix, number),
      parentSpanId: attemptId,
      name: number === STEPS.run ? "run" : "validation",
      kind: "internal",
      startedUs: spans.s + offset,
      durationUs,
      error: failed,
      attributes: number === STEPS.run ? own : { ...own, "ratchet.validation": SIDES[number] ?? "" },
    };
  });
  const runId = spanIdOf(spanPrefix, STEPS.run);
  const calls = (spans.c ?? []).map((call) => callSpan(call, { spanPrefix, runId, startedUs: spans.s, own }));
  return [...waitSpans(execution, spans, spanPrefix), attempt, ...steps, ...calls];
}

const SIDES: Readonly<Record<number, string>> = { [STEPS.input]: "input", [STEPS.output]: "output" };

/** The attributes that all spans of an execution have. They are few, because each is written for each span. */
function shared({ jobId, task }: TracedExecution): Record<string, string | number> {
  const own: Record<string, string | number> = {};
  if (jobId !== null) own["ratchet.job.id"] = jobId;
  if (task !== null) own["ratchet.task"] = task;
  return own;
}

/** The attributes of the spans of an attempt and of its wait. */
function ofAttempt(execution: TracedExecution): Record<string, string | number> {
  const own = shared(execution);
  if (execution.executionId !== null) own["ratchet.execution.id"] = execution.executionId;
  own["ratchet.attempt"] = execution.attempt;
  return own;
}

/** The spans of an execution that has not stored any: it still runs, or its process was killed. */
function spansByTimes({ times }: TracedExecution): StoredSpans | undefined {
  if (times === undefined) return undefined;
  const { startedUs, endedUs, waitedFromUs } = times;
  return { s: startedUs, d: Math.max(0, (endedUs ?? startedUs) - startedUs), w: waitedFromUs, p: [] };
}

/** A direct execution does not wait. */
function waitSpans(execution: TracedExecution, { s, w }: StoredSpans, spanPrefix: string): Span[] {
  if (execution.jobId === null || w === undefined) return [];
  const startedUs = Math.min(w, s);
  const spanId = spanIdOf(spanPrefix, SPAN_NUMBERS.wait);
  const durationUs = s - startedUs;
  const { parentSpanId } = execution;
  const attributes = ofAttempt(execution);
  return [{ spanId, parentSpanId, name: "wait", kind: "internal", startedUs, durationUs, error: null, attributes }];
}

interface CallPlace {
  spanPrefix: string;
  runId: string;
  startedUs: number;
  own: Readonly<Record<string, string | number>>;
}

/** The attributes are those of the conventions for HTTP clients (OpenTelemetry, "Semantic conventions for HTTP spans"). */
function callSpan([number, offset, durationUs, method, url, status, error]: StoredCall, place: CallPlace): Span {
  const attributes: Record<string, string | number> = {
    ...place.own,
    "http.request.method": method,
    "url.full": url,
  };
  if (status > 0) attributes["http.response.status_code"] = status;
  if (URL.canParse(url)) {
    const { hostname, port, protocol } = new URL(url);
    attributes["server.address"] = hostname.replace(/^\[|\]$/g, "");
    attributes["server.port"] = port === "" ? (/^(?:https|wss):$/.test(protocol) ? 443 : 80) : Number(port);
  }
  return {
    spanId: spanIdOf(place.spanPrefix, number),
    parentSpanId: place.runId,
    name: "fetch",
    kind: "client",
    startedUs: place.startedUs + offset,
    durationUs,
    error: error === 0 ? null : error,
    attributes,
  };
}

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
