import type { ExecuteResult } from "../../../execution/execute.ts";
import { chromeTrace } from "../../../telemetry/tracing/chrome-trace.ts";
import { executionSpans } from "../../../telemetry/tracing/execution-spans.ts";
import { writeWhole } from "./ledger-file.ts";
import type { RunTrace } from "./run-trace.ts";

/**
 * Writes the trace of a run to a file in Chrome's trace format, whole or not at all.
 * @param task label of the task
 * @throws {RatchetError} ENVIRONMENT
 */
export function writeTrace(path: string, { start, spans }: RunTrace, task: string, result: ExecuteResult): void {
  const recorded = executionSpans({
    stored: spans.end(result.status === "failed"),
    parentSpanId: null,
    executionId: null,
    jobId: null,
    attempt: 1,
    task,
    error: result.status === "failed" ? result.error.message : null,
  });
  writeWhole(path, `${JSON.stringify(chromeTrace(start.traceId, recorded))}\n`);
}
