import type { ErrorCode } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { formatDuration } from "../../lib/duration.ts";
import { formatSize } from "../../lib/size.ts";

/** Why the host ended a guest. Thrown through the engine's stack, which no guest code can catch. */
export class Stop extends Error {
  override readonly name = "Stop";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: JsonObject = {},
    /** What the user can do, when that differs from what the code suggests. */
    readonly remedy?: string,
  ) {
    super(message);
  }
}

/** What a limit counts. */
export type LimitUnit = "ms" | "bytes" | "calls";

/**
 * A limit was reached. The message states the limit, and the value when it is known, in the largest whole unit; the
 * data holds plain numbers.
 */
export function limitStop(code: ErrorCode, what: string, limit: number, unit: LimitUnit, value?: number): Stop {
  const reached = value === undefined ? "" : `, reached ${formatAmount(value, unit)}`;
  return new Stop(code, `${what} is over the limit of ${formatAmount(limit, unit)}${reached}`, {
    limit,
    unit,
    ...(value === undefined ? {} : { value }),
  });
}

function formatAmount(amount: number, unit: LimitUnit): string {
  if (unit === "ms") return formatDuration(amount);
  return unit === "bytes" ? formatSize(amount) : `${amount} ${unit}`;
}
