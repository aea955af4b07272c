import type { DurableError } from "../../domain/durable.ts";
import type { JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerText } from "../../lib/json-pointer.ts";
import { durableFailure, type ExecutionFailure } from "./failures.ts";

/** How many violations a message has. */
const MOST_SHOWN = 5;

interface Violation {
  pointer: string;
  message: string;
}

/**
 * Converts the failure of a call whose child was not started. Every host says the same about an input, so that a task can rely
 * on it wherever it runs: places are those in the input itself.
 * @param at where the input was when it was checked, as a JSON pointer @default it was checked alone
 * @example
 * ```ts
 * const data = { violations: [{ pointer: "/input/sum", message: "must be a number" }], count: 1 };
 * const failure = { code: "INVALID_INPUT", message: "The input of the job is wrong.", data };
 * refusedCall(failure, { task: "charge" }, "/input").message; // => "the input does not match the schema of charge: /sum must be a number"
 * ```
 */
export function refusedCall(failure: ExecutionFailure, call: NonNullable<DurableError["call"]>, at = ""): DurableError {
  const { code, data } = failure;
  const violations = code === "INVALID_INPUT" ? violationsIn(data?.violations, at) : [];
  if (violations.length === 0) return durableFailure(failure, call);
  const count = typeof data?.count === "number" ? data.count : violations.length;
  const lines = violations.slice(0, MOST_SHOWN).map(({ pointer, message }) => `${pointerText(pointer)} ${message}`);
  const more = count > lines.length ? ` (and ${count - lines.length} more)` : "";
  const message = `the input does not match the schema of ${call.task}: ${lines.join("; ")}${more}`;
  return durableFailure({ code, message, data: { violations: violations.map((one) => ({ ...one })), count } }, call);
}

/** The same error for one item of a map. */
export function atItem(error: DurableError, item: number): DurableError {
  return { ...error, message: `item ${item}: ${error.message}`, data: { ...error.data, item } };
}

function violationsIn(value: JsonValue | undefined, at: string): Violation[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((one) => {
    if (!isObject(one) || typeof one.pointer !== "string" || typeof one.message !== "string") return [];
    const { pointer, message } = one;
    return [{ pointer: pointer.startsWith(at) ? pointer.slice(at.length) : pointer, message }];
  });
}
