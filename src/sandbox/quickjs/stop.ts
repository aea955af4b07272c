import type { ErrorCode } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";

/** Why the host ended a guest. Thrown through the engine's stack, which no guest code can catch. */
export class Stop extends Error {
  override readonly name = "Stop";
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly data: JsonObject = {},
  ) {
    super(message);
  }
}

/** A limit was reached: states the limit and the value. */
export function limitStop(code: ErrorCode, what: string, limit: number, unit: string, value?: number): Stop {
  const reached = value === undefined ? "" : `, reached ${value}`;
  return new Stop(code, `${what} is over the limit of ${limit} ${unit}${reached}`, {
    limit,
    unit,
    ...(value === undefined ? {} : { value }),
  });
}
