import type { ExecuteResult } from "../../../execution/execute.ts";
import { chromeTrace } from "../../../telemetry/tracing/chrome-trace.ts";
import { writeWhole } from "./ledger-file.ts";
import { endRunTrace, type RunTrace } from "./run-trace.ts";

/**
 * Writes the trace of a run to a file in Chrome's trace format, whole or not at all.
 * @param task label of the task
 * @throws {RatchetError} ENVIRONMENT
 */
export function writeTrace(path: string, trace: RunTrace, task: string, result: ExecuteResult): void {
  const spans = endRunTrace(trace, { task }, result);
  writeWhole(path, `${JSON.stringify(chromeTrace(trace.start.traceId, spans))}\n`);
}
