import type { GuestErrorType } from "../../domain/guest-errors.ts";
import { errorForStatus, typedErrors } from "./errors.ts";
import { makeHeaders } from "./headers.ts";
import type { CallFacts, FetchFailure, ResponseHead } from "./reported-call.ts";

/** The longest URL in a message, in characters. */
const LONGEST_PLACE = 200;
/** Types of errors by the kind of the failure. */
const TYPES: Record<string, GuestErrorType | undefined> = { timeout: "TimeoutError", refused: "AuthorizationError" };
const PlainError = Error;
const { assign } = Object;

/** Creates the typed error for a status other than 2xx. */
export function statusError(call: CallFacts, head: ResponseHead): Error {
  const { status, statusText } = head;
  const { attempts = 1 } = head;
  const often = attempts > 1 ? ` after ${attempts} attempts` : "";
  const message = `HTTP ${status}${statusText === "" ? "" : ` ${statusText}`}: ${call.method} ${placeOf(call.url)}${often}`;
  return assign(errorForStatus(status, message, retryAfter(head)), { attempts });
}

/** Creates the error for a call without a response. */
export function failureError(call: CallFacts, report: FetchFailure): unknown {
  // Messages about failures on the way already contain the request.
  const place = placeOf(call.url);
  const message = report.message.includes(place) ? report.message : `${report.message} (${call.method} ${place})`;
  const { failure, type = TYPES[failure] ?? "NetworkError", failureCode, attempts, retryAfterMs } = report;
  if (failure === "aborted") return new DOMException(message, "AbortError");
  if (failure === "invalid-request") return new TypeError(message);
  const error = new typedErrors[type](message, { ...causeOf(report), retryAfterMs });
  return failureCode === undefined ? error : assign(error, { code: failureCode, attempts });
}

/**
 * Formats a URL for messages as the host does: without credentials, query and fragment, which may contain secrets. A long path
 * loses whole segments, because a part of one might be a part of a secret.
 */
function placeOf(url: string): string {
  const parts = /^((?:https?|wss?):\/\/)(?:[^/?#]*@)?([^?#]*)/.exec(url);
  const place = parts === null ? `${url.split(":", 1)[0]}:...` : `${parts[1]}${parts[2]}`;
  return place.length > LONGEST_PLACE ? `${place.slice(0, place.lastIndexOf("/", LONGEST_PLACE - 1) + 1)}...` : place;
}

/** Creates the cause that programs check, as in Node.js and Bun: `error.cause.code === "ECONNREFUSED"`. */
function causeOf({ code }: FetchFailure): ErrorOptions {
  return code === undefined ? {} : { cause: assign(new PlainError(code), { code }) };
}

/** Returns Retry-After in ms. The header has seconds or a date (RFC 9110, section 10.2.3). */
function retryAfter(head: ResponseHead): number | undefined {
  const value = makeHeaders(head.headers, true).get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : undefined;
}
