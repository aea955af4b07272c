import { HIGHEST_HTTP_RETRIES, type HttpConduct, type HttpRetry } from "../../../domain/http-conduct.ts";
import { isObject } from "../../../lib/is-object.ts";

/** Options of `fetch` that are times in ms, and what they set. */
const TIMES = { connectTimeout: "connectTimeoutMs", firstByteTimeout: "firstByteTimeoutMs" } as const;
const RETRY_MEMBERS = "maxRetries, delay and maxDelay";

/**
 * Reads the options of a call that say how it is to be treated.
 * @returns undefined for a call without such options; a text that says what is wrong, if anything is
 */
export function readConduct(given: unknown): HttpConduct | undefined | string {
  if (!isObject(given)) return undefined;
  const { retry, maxResponseSize, breaker } = given;
  // Hardly any call has such options.
  if (Object.keys(given).length === 0) return undefined;
  const conduct: HttpConduct = {};
  for (const name of ["connectTimeout", "firstByteTimeout"] as const) {
    const ms = given[name] ?? undefined;
    if (ms === undefined) continue;
    if (!isAmount(ms) || ms === 0) return `${name} must be a number of milliseconds, more than 0`;
    conduct[TIMES[name]] = ms;
  }
  if (maxResponseSize !== undefined && maxResponseSize !== null) {
    if (!isAmount(maxResponseSize)) return "maxResponseSize must be a number of bytes";
    conduct.maxResponseBytes = maxResponseSize;
  }
  if (breaker === false) conduct.breaker = false;
  else if (breaker !== undefined && breaker !== null && breaker !== true) return "breaker must be true or false";
  if (retry === undefined || retry === null) return conduct;
  const read = readRetry(retry);
  if (typeof read === "string") return read;
  return { ...conduct, retry: read };
}

function readRetry(retry: unknown): HttpRetry | string {
  if (retry === false) return { maxRetries: 0 };
  if (!isObject(retry)) return `retry must be false, or an object with ${RETRY_MEMBERS}`;
  const unknown = Object.keys(retry).find((name) => !["maxRetries", "delay", "maxDelay"].includes(name));
  if (unknown !== undefined) return `retry has no member ${JSON.stringify(unknown)}, only ${RETRY_MEMBERS}`;
  const { maxRetries, delay, maxDelay } = retry;
  const read: HttpRetry = {};
  if (maxRetries !== undefined) {
    if (!isAmount(maxRetries) || !Number.isInteger(maxRetries) || maxRetries > HIGHEST_HTTP_RETRIES) {
      return `retry.maxRetries must be a whole number from 0 to ${HIGHEST_HTTP_RETRIES}`;
    }
    read.maxRetries = maxRetries;
  }
  if (delay !== undefined) {
    if (!isAmount(delay)) return "retry.delay must be a number of milliseconds";
    read.delayMs = delay;
  }
  if (maxDelay !== undefined) {
    if (!isAmount(maxDelay)) return "retry.maxDelay must be a number of milliseconds";
    read.maxDelayMs = maxDelay;
  }
  return read;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && value >= 0;
}
