import type { RatchetError } from "../../domain/errors.ts";
import type { LogEntry } from "../../domain/execution.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import { type ExecuteRequest, type ExecuteResult, executeRun, type RunResult } from "../execute.ts";
import { maskError } from "./mask-error.ts";
import { maskedPieces } from "./masked-pieces.ts";

/** Masks secrets. */
type Masker = Pick<SecretMasker, "text" | "openEnd" | "value" | "jsonInSteps">;

/** What a task reports while it runs. */
export type Reports = Pick<ExecuteRequest, "onLog" | "onLogPiece" | "onProgress">;

/** Executes a task with `run` and masks secrets in its log lines, progress, output and error. It never rejects. */
export async function executeMasked(
  request: ExecuteRequest,
  masker: Masker,
  run: typeof executeRun = executeRun,
): Promise<RunResult> {
  const executed = await run({ ...request, ...maskedReports(request, masker) });
  const result = { ...executed, touched: maskedTouched(executed.touched, masker) };
  if (result.status === "asleep") return result;
  if (result.status === "failed") return { ...result, error: maskError(result.error, masker) };
  return { ...result, outputJson: await masker.jsonInSteps(result.outputJson) };
}

/** A task could have put a secret that it got with its input into the name of a host. */
function maskedTouched(touched: Touched | undefined, { text }: Pick<Masker, "text">): Touched | undefined {
  if (touched === undefined) return undefined;
  return { ...touched, origins: touched.origins.map((use) => ({ ...use, origin: text(use.origin) })) };
}

/** Masks what a task reports while it runs. */
export function maskedReports(
  { onLog, onProgress }: Pick<ExecuteRequest, "onLog" | "onProgress">,
  masker: Pick<Masker, "text" | "openEnd" | "value">,
): Reports {
  const reports: Reports = {};
  if (onLog !== undefined) {
    reports.onLog = (entry) => onLog(maskedEntry(entry, masker));
    reports.onLogPiece = maskedPieces(onLog, masker);
  }
  if (onProgress !== undefined) reports.onProgress = (value) => onProgress(masker.value(value));
  return reports;
}

/** Masks the error of a failed result. The output of a completed one stays as it is. */
export function withMaskedError(
  result: ExecuteResult,
  masker: Pick<Masker, "text" | "openEnd" | "value">,
): ExecuteResult {
  if (result.status === "completed") return result;
  const error: RatchetError = maskError(result.error, masker);
  return { ...result, error };
}

/** Masks a log line. */
export function maskedEntry(entry: LogEntry, { text }: Pick<Masker, "text">): LogEntry {
  const message = text(entry.message);
  return message === entry.message ? entry : { ...entry, message };
}
