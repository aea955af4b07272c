import type { StoredError } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";

/** Longest error message in an event, in characters. The job has the whole message. */
const MESSAGE_LIMIT = 300;

/** What events say about an attempt that has ended. @param durationMs null when it is not known */
export function attemptData(attempt: number, durationMs: number | null, error: StoredError | null): JsonObject {
  return error === null ? { attempt, durationMs } : { attempt, durationMs, ...errorData(error) };
}

function errorData({ code, type, message }: StoredError): JsonObject {
  const short = message.length > MESSAGE_LIMIT ? `${message.slice(0, MESSAGE_LIMIT)}...` : message;
  return type === undefined ? { code, message: short } : { code, type, message: short };
}
