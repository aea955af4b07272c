import type { ErrorCode } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { formatDuration } from "../../lib/duration.ts";
import { formatSize } from "../../lib/size.ts";

/** What a {@link Stop} says beside its code and message. */
export interface StopDetails {
  data?: JsonObject;
  /** What the user can do, if that differs from the code's usual remedy. */
  remedy?: string;
}

/** The reason for which the host ended a guest. It is thrown through the engine's stack, where no guest can catch it. */
export class Stop extends Error {
  override readonly name = "Stop";
  readonly data: JsonObject;
  readonly remedy: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { data = {}, remedy }: StopDetails = {},
  ) {
    super(message);
    this.data = data;
    this.remedy = remedy;
  }
}

/** A limit that an execution has reached. */
export interface ReachedLimit {
  code: ErrorCode;
  /** What the limit is about, such as "the output". */
  what: string;
  limit: number;
  unit: "ms" | "bytes" | "calls";
  /** The value that is over the limit, if it is known. */
  value?: number;
}

/**
 * Ends an execution that has reached a limit. The message gives the limit, and the value if it is known, in the largest
 * whole unit; the data has plain numbers.
 */
export function limitStop({ code, what, limit, unit, value }: ReachedLimit): Stop {
  const reached = value === undefined ? "" : `, reached ${formatAmount(value, unit)}`;
  const data = defined({ limit, unit, value });
  return new Stop(code, `${what} is over the limit of ${formatAmount(limit, unit)}${reached}`, { data });
}

/** Ends an execution that was cancelled. */
export function cancelledStop(): Stop {
  return new Stop("CANCELLED", "the execution was cancelled");
}

function formatAmount(amount: number, unit: ReachedLimit["unit"]): string {
  if (unit === "ms") return formatDuration(amount);
  return unit === "bytes" ? formatSize(amount) : `${amount} ${unit}`;
}
