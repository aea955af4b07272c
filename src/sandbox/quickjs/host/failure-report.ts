import type { GuestErrorType } from "../../../domain/guest-errors.ts";
import type { HttpFailure } from "../../../domain/http.ts";
import type { HttpFailureCode } from "../../../domain/http-failure-code.ts";
import type { FetchFailure } from "../../guest/reported-call.ts";

/** The types of errors that do not follow from the kind of the failure. */
const ERROR_TYPES: Readonly<Partial<Record<HttpFailureCode, GuestErrorType>>> = {
  CIRCUIT_OPEN: "ServiceUnavailableError",
  RATE_LIMITED: "RateLimitError",
  PERMISSION_DENIED: "PermissionError",
};

/** Describes a failed call for the guest, which makes an error of it. */
export function failureReport({ kind, message, facts }: Pick<HttpFailure, "kind" | "message" | "facts">): FetchFailure {
  const { code, failureCode, attempts, retryAfterMs } = facts;
  const type = failureCode === undefined ? undefined : ERROR_TYPES[failureCode];
  // The code of a refusal is not one of the system, so the error has no cause.
  return {
    failure: kind,
    type,
    message,
    code: kind === "refused" ? undefined : code,
    failureCode,
    attempts,
    retryAfterMs,
  };
}
