import { isObject } from "../../../lib/is-object.ts";
import { readGuestError } from "../../engine/read-guest-error.ts";
import type { GuestFailure } from "../../guest/main.ts";

/**
 * Reads a guest's description of a failure. The task may have changed what the guest API works with, so nothing about its form
 * is taken for granted.
 * @returns undefined if it is not a description at all
 */
export function readGuestFailure(json: string): GuestFailure | undefined {
  let report: unknown;
  try {
    report = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (!isObject(report)) return undefined;
  const { phase, error } = report;
  const read = readGuestError(error);
  return read === undefined ? undefined : { phase: phase === "output" ? "output" : "run", error: read };
}
