import { type ExecutionTraceStart, SAMPLED, type Span } from "../../../domain/trace.ts";
import type { ExecuteResult } from "../../../execution/execute.ts";
import { executionSpans } from "../../../telemetry/tracing/execution-spans.ts";
import { ExecutionTrace } from "../../../telemetry/tracing/execution-trace.ts";
import { newExecutionTrace } from "../../../telemetry/tracing/new-execution-trace.ts";
import { createSpanClock, type SpanClock } from "../../../telemetry/tracing/span-clock.ts";

/** The trace of a run, and its ids. */
export interface RunTrace {
  start: ExecutionTraceStart;
  spans: ExecutionTrace;
}

const LINK = { flags: SAMPLED, state: null };

/** Begins the trace of a run. @param start @default it has a trace of its own */
export function beginRunTrace(
  start: ExecutionTraceStart = newExecutionTrace(),
  now: SpanClock = createSpanClock(),
): RunTrace {
  return { start, spans: new ExecutionTrace(start, { now, link: () => LINK }) };
}

/** Which run a trace is of. */
export interface TracedRun {
  /** Label of the task. */
  task: string;
  /** @default 1 */
  attempt?: number;
}

/** Ends the trace of a run, and returns its spans. */
export function endRunTrace({ spans }: RunTrace, { task, attempt = 1 }: TracedRun, result: ExecuteResult): Span[] {
  const error = result.status === "failed" ? result.error.message : null;
  const stored = spans.end(error !== null);
  return executionSpans({ stored, parentSpanId: null, executionId: null, jobId: null, attempt, task, error });
}
