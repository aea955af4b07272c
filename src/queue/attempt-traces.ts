import { type ExecutionTraceStart, parseJobTrace, SAMPLED, type TraceContext } from "../domain/trace.ts";
import type { AttemptOutcome } from "../execution/attempt.ts";
import type { ClaimedJob } from "../store/contract/jobs.ts";
import { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";
import { originOf, type RequestSpan } from "../telemetry/tracing/request-traces.ts";
import type { SpanClock } from "../telemetry/tracing/span-clock.ts";

/** What attempts need for their traces. */
export interface AttemptTraces {
  now: SpanClock;
  /** Receives the trace of each attempt of a job that has ended. @default nobody does */
  onJob?: (claimed: ClaimedJob, trace: string, outcome: AttemptOutcome | undefined) => void;
  /** Receives the trace of each direct execution that has ended. @default nobody does */
  onDirect?: (ended: EndedDirect) => void;
}

/** A direct execution that has ended. */
export interface EndedDirect {
  executionId: number;
  traceId: string;
  /** As `ExecutionTrace` writes it. */
  trace: string;
  request: RequestSpan | undefined;
  outcome: AttemptOutcome;
}

/** What a trace passes on to requests that a task sends. */
type TraceLink = Pick<TraceContext, "flags" | "state">;

const NEW_LINK: TraceLink = { flags: SAMPLED, state: null };

/** Begins the trace of an attempt of a job. */
export function jobTrace({ job, trace, waitedFrom }: ClaimedJob, now: SpanClock): ExecutionTrace {
  return new ExecutionTrace(trace, { now, waitedFromUs: waitedFrom * 1_000, link: () => linkOf(job) });
}

function linkOf({ traceId, trace }: ClaimedJob["job"]): TraceLink {
  return traceId === null || trace === null ? NEW_LINK : parseJobTrace(traceId, trace);
}

/** Begins the trace of a direct execution. */
export function directTrace(
  start: ExecutionTraceStart,
  request: RequestSpan | undefined,
  now: SpanClock,
): ExecutionTrace {
  const link = () => request?.context ?? NEW_LINK;
  return new ExecutionTrace(start, { now, link, request: request === undefined ? undefined : originOf(request) });
}
