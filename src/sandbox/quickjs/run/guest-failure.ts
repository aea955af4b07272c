import { readGuestError } from "../../../domain/guest-errors.ts";
import type { GuestFailure } from "../../guest/main.ts";

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
  if (typeof report !== "object" || report === null) return undefined;
  const { phase, error } = report as { phase?: unknown; error?: unknown };
  const read = readGuestError(error);
  return read === undefined ? undefined : { phase: phase === "output" ? "output" : "run", error: read };
}
