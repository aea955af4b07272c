import { type ExecutionTraceStart, SAMPLED } from "../../../domain/trace.ts";
import { ExecutionTrace } from "../../../telemetry/tracing/execution-trace.ts";
import { newExecutionTrace } from "../../../telemetry/tracing/new-execution-trace.ts";
import { createSpanClock } from "../../../telemetry/tracing/span-clock.ts";

/** The trace of a run, and its ids. */
export interface RunTrace {
  start: ExecutionTraceStart;
  spans: ExecutionTrace;
}

const LINK = { flags: SAMPLED, state: null };

/** Begins the trace of a run, which has a trace of its own. */
export function beginRunTrace(): RunTrace {
  const start = newExecutionTrace();
  return { start, spans: new ExecutionTrace(start, { now: createSpanClock(), link: () => LINK }) };
}
