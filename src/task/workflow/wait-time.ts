import { DURABLE_LIMITS } from "../../domain/durable.ts";
import { DURATION_FORMS, formatBound, parseDuration } from "../../lib/duration.ts";

/**
 * Checks how long something waits or may take: a text such as `10s` or `2w`, or a number of ms.
 * @param least in ms
 * @returns what is wrong with it; undefined if nothing is
 */
export function waitTimeFault(given: unknown, least: number): { message: string; remedy: string } | undefined {
  const ms = typeof given === "number" ? given : typeof given === "string" ? parseDuration(given) : undefined;
  if (ms === undefined || !Number.isInteger(ms) || ms < 0) {
    return { message: `is ${JSON.stringify(given)}, which is not a duration`, remedy: `Write ${DURATION_FORMS}.` };
  }
  if (ms < least) return { message: "is too short", remedy: `Write at least ${formatBound(least)}.` };
  if (ms <= DURABLE_LIMITS.waitMs) return undefined;
  return { message: "is too long", remedy: `Write at most ${formatBound(DURABLE_LIMITS.waitMs)}, which is ten years.` };
}
