import { type ExecutionTraceStart, SPAN_PREFIX_DIGITS } from "../../domain/trace.ts";
import { randomHex } from "../../lib/random-hex.ts";

/** Returns what the trace of a new execution begins with. @param traceId @default a new trace */
export function newExecutionTrace(traceId: string = randomHex(16)): ExecutionTraceStart {
  return { traceId, spanPrefix: randomHex(SPAN_PREFIX_DIGITS / 2) };
}
