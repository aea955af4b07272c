import type { GuestErrorType } from "../../../domain/guest-errors.ts";
import type { HttpFailure } from "../../../domain/http.ts";
import type { HttpFailureCode } from "../../../domain/http-failure-code.ts";
import { limitStop, Stop } from "../../engine/stop.ts";
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

/** The reason to end an execution whose response is larger than it may have. @param told what the outbound chain says */
export function tooLargeStop(told: string, limit: number): Stop {
  const { code, message, data } = limitStop({ code: "FETCH_LIMIT", what: "a response body", limit, unit: "bytes" });
  const request = /^(.*): the (?:mocked )?response is larger/s.exec(told)?.[1] ?? told;
  return new Stop(code, `${message} of limits.fetchResponse: ${request}`, { data, remedy: TOO_LARGE });
}

const TOO_LARGE =
  "request less, raise limits.fetchResponse in metadata.json, or set a lower maxResponseSize, with which the call fails with RESPONSE_TOO_LARGE, which the task can catch";
