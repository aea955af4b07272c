import type { GuestError } from "../../domain/guest-errors.ts";
import type { GuestFailure } from "../guest/main.ts";

const MAX_CAUSES = 8;

/**
 * Reads how a guest says it failed. The guest may have changed what its own report is made with, so nothing of its form
 * is taken for granted.
 * @returns undefined when it is no report at all
 */
export function readGuestFailure(json: string): GuestFailure | undefined {
  let report: unknown;
  try {
    report = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isRecord(report) || !isRecord(report.error)) return undefined;
  return { phase: report.phase === "output" ? "output" : "run", error: readError(report.error, 0) };
}

function readError(given: Record<string, unknown>, depth: number): GuestError {
  const { name, message, stack, status, retryAfterMs, cause } = given;
  return {
    name: typeof name === "string" && name !== "" ? name : "Error",
    message: typeof message === "string" ? message : "",
    ...(typeof stack === "string" ? { stack } : {}),
    ...(typeof status === "number" ? { status } : {}),
    ...(typeof retryAfterMs === "number" && retryAfterMs >= 0 ? { retryAfterMs } : {}),
    ...(isRecord(cause) && depth < MAX_CAUSES ? { cause: readError(cause, depth + 1) } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
