import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import type { Paint } from "../../framework/output.ts";
import { taskLabel } from "../../framework/server-command.ts";
import { cells, facts, table } from "../../framework/table.ts";
import { errorLine, errorText } from "../jobs/error-line.ts";
import { waitingText } from "./waiting-text.ts";

/** Formats executions as a table. */
export function executionTable(executions: readonly JsonObject[], paint: Paint): string {
  const rows = executions.map((one) => {
    const { id, status, jobId, attempt, startedAt, durationMs, error } = one;
    return cells([id, status, taskLabel(one), jobId, attempt, startedAt, msText(durationMs), errorLine(error)]);
  });
  return table(["id", "status", "task", "job", "attempt", "started", "duration", "error"], rows, paint);
}

/** Formats an execution for people. */
export function executionText(execution: JsonObject, paint: Paint): string {
  const usage = isObject(execution.usage) ? execution.usage : {};
  const { peakMemoryBytes, fetchCount } = usage;
  return facts(
    [
      ["execution", execution.id],
      ["task", taskLabel(execution)],
      ["version", execution.version],
      ["status", statusText(execution)],
      ["waits for", waitingText(execution.waitingFor)],
      ["job", execution.jobId],
      ["attempt", execution.attempt],
      ["worker", execution.workerId],
      ["created", execution.createdAt],
      ["started", execution.startedAt],
      ["finished", execution.finishedAt],
      ["duration", msText(execution.durationMs) || undefined],
      ["waited", msText(execution.queueWaitMs) || undefined],
      ["cpu", msText(usage.cpuMs) || undefined],
      ["memory", typeof peakMemoryBytes === "number" ? `${Math.round(peakMemoryBytes / 1024)} kB` : undefined],
      ["fetches", fetchCount],
      ["logs", execution.logCount],
      ["input", JSON.stringify(execution.input ?? null)],
      ["output", execution.status === "completed" ? JSON.stringify(execution.output ?? null) : undefined],
      ["error", errorText(execution.error) || undefined],
    ],
    paint,
  );
}

/** The status of a job or an execution, and what its run has been asked to do. */
export function statusText({ status, cancelling, pausing }: JsonObject): string {
  if (cancelling === true) return `${status} (being cancelled)`;
  return pausing === true ? `${status} (being paused)` : String(status);
}

/** Formats ms for people; "" if there is no value. */
export function msText(value: JsonValue | undefined): string {
  return typeof value === "number" ? `${value.toFixed(1)} ms` : "";
}
