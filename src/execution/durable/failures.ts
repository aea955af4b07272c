import type { DurableError } from "../../domain/durable.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";

/** How an execution failed: a `RatchetError`, or what the store has of it. */
export interface ExecutionFailure {
  code: string;
  message: string;
  data?: JsonObject | undefined;
  /** The error that the task threw. */
  guest?: { name?: JsonValue; message?: JsonValue; code?: JsonValue; status?: JsonValue; data?: JsonValue } | undefined;
}

/** The names under which a caller sees failures that its child did not throw itself. All others are an `Error`. */
const NAMES: Readonly<Record<string, string>> = {
  INVALID_INPUT: "ValidationError",
  INVALID_JSON: "ValidationError",
  INVALID_OUTPUT: "ValidationError",
  TIME_LIMIT: "TimeoutError",
  CANCELLED: "CancelledError",
  CONFIG_INVALID: "ConfigurationError",
};

/**
 * Converts the failure of a child to the error that its caller gets: with the child's name, message, code and data.
 * @example
 * ```ts
 * const call = { task: "charge", version: "1.0.0" };
 * durableFailure({ code: "TIME_LIMIT", message: "it ran for longer than 5s" }, call).name; // => "TimeoutError"
 * const guest = { name: "RateLimitError", message: "slow down", status: 429 };
 * durableFailure({ code: "TASK_FAILED", message: "RateLimitError: slow down", guest }, call).status; // => 429
 * ```
 */
export function durableFailure(failure: ExecutionFailure, call: DurableError["call"]): DurableError {
  const { code, message, data, guest } = failure;
  const own = data === undefined || Object.keys(data).length === 0 ? undefined : data;
  if (guest === undefined) {
    return defined({ name: NAMES[code] ?? "Error", message, code, data: own, call }) as DurableError;
  }
  return defined({
    name: text(guest.name) ?? "Error",
    message: text(guest.message) ?? message,
    code: text(guest.code),
    data: isData(guest.data) ? guest.data : own,
    status: typeof guest.status === "number" ? guest.status : undefined,
    call,
  }) as DurableError;
}

function text(value: JsonValue | undefined): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isData(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
