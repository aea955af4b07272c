import type { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskTest } from "../../../domain/task.ts";
import type { ExecuteResult } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { diffJson } from "../../../lib/json-diff.ts";
import { matchJson } from "../../../lib/match-json.ts";
import type { TestFailure } from "./test-report.ts";

/** How a result differs from the expected one. */
export type Mismatch = Pick<TestFailure, "message" | "differences">;

/** Compares a result with what a test expects. @returns undefined if it is the expected one */
export function compareResult({ expected, pattern = never }: TaskTest, result: ExecuteResult): Mismatch | undefined {
  if (expected === undefined) return { message: "the test does not say what it expects", differences: [] };
  if ("error" in expected) return compareError(expected.error, result, pattern);
  if (result.status === "failed") return { message: errorLine(result.error), differences: [] };
  const output = JSON.parse(readText(result.outputJson)) as JsonValue;
  if ("match" in expected) {
    const differences = matchJson(expected.match, output, pattern);
    return differences.length === 0
      ? undefined
      : { message: "the output does not match the expected one", differences };
  }
  const differences = diffJson(expected.output, output);
  return differences.length === 0 ? undefined : { message: "the output is not the expected one", differences };
}

/** Formats an error in one line: a task's own error as thrown, others with their code. */
export function errorLine(error: RatchetError): string {
  if (error.guest !== undefined) return `${error.guest.name}: ${error.guest.message}`;
  return `${error.code}: ${error.message}`;
}

/** A test without regular expressions never asks for one. */
function never(): boolean {
  return false;
}

function compareError(
  expected: JsonValue,
  result: ExecuteResult,
  pattern: NonNullable<TaskTest["pattern"]>,
): Mismatch | undefined {
  const wanted = typeof expected === "string" ? expected : JSON.stringify(expected);
  if (result.status === "completed") {
    const message = `expected an error (${wanted}), but the task returned a result`;
    return { message, differences: [`the result: ${excerpt(readText(result.outputJson))}`] };
  }
  const { error } = result;
  if (typeof expected !== "string") {
    const differences = matchJson(expected, errorFields(error), pattern);
    return differences.length === 0
      ? undefined
      : { message: `expected another error, got: ${errorLine(error)}`, differences };
  }
  if (isExpectedError(expected, error)) return undefined;
  return { message: `expected the error "${expected}", got: ${errorLine(error)}`, differences: [] };
}

/** The members of an error that a test can compare. An error that is not the task's own has its code as its name too. */
export function errorFields({ code, message, guest }: RatchetError): JsonObject {
  if (guest === undefined) return { name: code, code, message };
  return { name: guest.name, message: guest.message, ...defined({ status: guest.status, code: guest.code }) };
}

/** Returns true if the expected text is the type of the error or part of its message. */
function isExpectedError(expected: string, error: RatchetError): boolean {
  return expected === error.guest?.name || expected === error.code || errorLine(error).includes(expected);
}

function excerpt(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}
