import { type ErrorCode, RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { messageOf } from "../../../domain/unknown-error.ts";

/** An error in the form for other threads. */
export interface PackedFailure {
  code: ErrorCode;
  message: string;
  data: JsonObject;
  remedy: string | undefined;
}

export function packFailure(error: unknown): PackedFailure {
  if (error instanceof RatchetError) {
    const { code, message, data, remedy } = error;
    return { code, message, data, remedy };
  }
  return { code: "INTERNAL", message: messageOf(error), data: {}, remedy: undefined };
}

export function unpackFailure({ code, message, data, remedy }: PackedFailure): RatchetError {
  return new RatchetError(code, message, { data, remedy });
}
