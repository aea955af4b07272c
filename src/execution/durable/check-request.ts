import { DURABLE_LIMITS, type DurableError, type DurableRequest } from "../../domain/durable.ts";
import { HIGHEST_MAX_RETRIES, type RetryPolicy } from "../../domain/retry-policy.ts";
import { utf8Length } from "../../domain/shared-text.ts";
import { formatSize } from "../../lib/size.ts";

/** Longest name of a step, signal, event or key, and title of an approval, characters. */
export const LONGEST_NAME = 1_000;
/** Most children of a map that run at a time. */
const HIGHEST_CONCURRENCY = 10_000;
/** Most roles and names that may decide one approval. */
const MOST_WHO = 100;

/**
 * Checks what a run asks for, before anything is done. The guest has checked types; this checks bounds, because a guest is not
 * trusted.
 * @param now ms since the epoch
 * @returns what the operation rejects with; undefined if nothing is wrong
 */
export function checkRequest(request: DurableRequest, now: number): DurableError | undefined {
  const wrong = problemOf(request, now);
  return wrong === undefined ? undefined : typeof wrong === "string" ? rangeError(wrong) : wrong;
}

function problemOf(request: DurableRequest, now: number): DurableError | string | undefined {
  switch (request.kind) {
    case "sleep":
      if (!Number.isFinite(request.until)) return "a sleep needs a time";
      return request.until - now > DURABLE_LIMITS.waitMs ? "a sleep lasts at most ten years" : undefined;
    case "call":
      return callProblem(request) ?? nameProblem("the key of a call", request.key ?? "-");
    case "map":
      return callProblem(request) ?? mapProblem(request);
    case "step":
      return nameProblem("the name of a step", request.name);
    case "wait":
      return nameProblem("the name of a signal", request.name) ?? timeoutProblem(request.timeoutMs);
    case "approve":
      return (
        nameProblem("the title of an approval", request.title) ??
        whoProblem(request.who) ??
        timeoutProblem(request.timeoutMs)
      );
    case "emit":
      return nameProblem("the name of an event", request.name) ?? valueProblem(request.value);
  }
}

function callProblem(request: {
  task: string;
  timeoutMs?: number;
  retry?: RetryPolicy;
}): DurableError | string | undefined {
  return (
    nameProblem("the task of a call", request.task) ?? timeoutProblem(request.timeoutMs) ?? retryProblem(request.retry)
  );
}

function mapProblem({
  inputs,
  concurrency,
}: {
  inputs: string[];
  concurrency: number;
}): DurableError | string | undefined {
  if (inputs.length > DURABLE_LIMITS.fanOut) {
    const message = `a map takes up to ${DURABLE_LIMITS.fanOut} items, and this one has ${inputs.length}`;
    return {
      name: "RangeError",
      code: "FAN_OUT_LIMIT",
      message,
      data: { items: inputs.length, limit: DURABLE_LIMITS.fanOut },
    };
  }
  const isNumber = Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= HIGHEST_CONCURRENCY;
  return isNumber ? undefined : `the concurrency of a map is a whole number from 1 to ${HIGHEST_CONCURRENCY}`;
}

function nameProblem(what: string, name: string): string | undefined {
  if (name === "") return `${what} is empty`;
  return name.length > LONGEST_NAME ? `${what} has more than ${LONGEST_NAME} characters` : undefined;
}

function timeoutProblem(timeoutMs: number | undefined): string | undefined {
  if (timeoutMs === undefined) return undefined;
  if (!Number.isFinite(timeoutMs) || timeoutMs < 0) return "a timeout is a duration";
  return timeoutMs > DURABLE_LIMITS.waitMs ? "a timeout is at most ten years" : undefined;
}

function retryProblem(retry: RetryPolicy | undefined): string | undefined {
  const { maxRetries = 0, delayMs = 0, maxDelayMs = 0, factor = 1, jitter = 0 } = retry ?? {};
  if (!Number.isInteger(maxRetries) || maxRetries < 0 || maxRetries > HIGHEST_MAX_RETRIES) {
    return `maxRetries is a whole number from 0 to ${HIGHEST_MAX_RETRIES}`;
  }
  if (
    !(delayMs >= 0 && delayMs <= DURABLE_LIMITS.waitMs) ||
    !(maxDelayMs >= 0 && maxDelayMs <= DURABLE_LIMITS.waitMs)
  ) {
    return "the delays of retries are at most ten years";
  }
  if (!(factor >= 1 && factor <= 100)) return "the factor of retries is a number from 1 to 100";
  return jitter >= 0 && jitter <= 1 ? undefined : "the jitter of retries is a number from 0 to 1";
}

function whoProblem(who: string[] | undefined): string | undefined {
  if (who === undefined) return undefined;
  if (who.length === 0 || who.length > MOST_WHO) return `who is a list of 1 to ${MOST_WHO} roles and names`;
  return who.map((one) => nameProblem("a role or name in who", one)).find((problem) => problem !== undefined);
}

/** Checks the size of the value of a signal or of `emit`. @param json its text */
export function valueProblem(json: string): DurableError | undefined {
  const bytes = utf8Length(json);
  if (bytes <= DURABLE_LIMITS.valueBytes) return undefined;
  const message = `a value has up to ${formatSize(DURABLE_LIMITS.valueBytes)} of JSON, and this one has ${bytes} bytes`;
  return { name: "RangeError", code: "SIGNAL_LIMIT", message, data: { bytes, limit: DURABLE_LIMITS.valueBytes } };
}

function rangeError(message: string): DurableError {
  return { name: "RangeError", message };
}
