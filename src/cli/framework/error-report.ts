import type { RatchetError } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { Problem } from "../../domain/problem.ts";
import { defined } from "../../lib/defined.ts";
import { exitCodeOf } from "./exit-codes.ts";
import { guestJson, guestLines } from "./guest-error.ts";
import { guestRemedy } from "./guest-remedy.ts";
import { jsonLine, type Paint, painter, printable, writeStderr } from "./output.ts";

/** Writes an error to standard error. */
export function reportError(error: RatchetError, format: "text" | "json"): void {
  writeStderr(format === "json" ? jsonLine({ error: errorJson(error) }) : errorText(error));
}

/** Converts an error to JSON, as `--error-format json` and failed lines of a stream show it. */
export function errorJson(error: RatchetError): JsonObject {
  return {
    code: error.code,
    message: error.message,
    remedy: remedyOf(error),
    ...defined({
      data: Object.keys(error.data).length === 0 ? undefined : error.data,
      problems: error.problems.length === 0 ? undefined : error.problems.map(problemJson),
      guest: error.guest === undefined ? undefined : guestJson(error.guest),
    }),
    exitCode: exitCodeOf(error.code),
  };
}

/** Returns what to do next. Every error has a remedy. */
function remedyOf(error: RatchetError): string {
  if (error.remedy !== undefined) return error.remedy;
  if (error.code === "TASK_FAILED") {
    const remedy = error.guest === undefined ? undefined : guestRemedy(error.guest);
    const thrower =
      error.guest?.call === undefined ? "The task itself" : `The task ${error.guest.call.task}, which it called,`;
    return remedy ?? `${thrower} threw this; look at its code and its input.`;
  }
  if (error.code === "TASK_INVALID" && error.message.includes("no function")) {
    return "Export a function, as in `export default (input) => input`; `ratchet help tasks` shows all forms.";
  }
  return "`ratchet help exit-codes` says what the exit code means.";
}

/** Converts a problem to JSON. */
export function problemJson(problem: Problem): JsonObject {
  const { severity, file, line, column, pointer, code, message, remedy } = problem;
  return { severity, file, ...defined({ line, column, pointer, code }), message, remedy };
}

/** Formats an error for people: what, where, and what to do next. */
function errorText(error: RatchetError): string {
  const paint = painter("stderr");
  const lines = [`${paint("red", "error:")} ${printable(error.message)}`];
  if (error.guest !== undefined) lines.push(...guestLines(error.guest));
  lines.push(`${paint("cyan", "hint:")} ${printable(remedyOf(error))}`);
  // The message may already contain the first problem with its place.
  const further = error.problems.filter(({ message }) => !error.message.includes(message));
  for (const problem of further) lines.push(...problemLines(problem, paint));
  return `${lines.join("\n")}\n`;
}

/** Formats a problem for people, in two lines. */
export function problemLines(problem: Problem, paint: Paint): string[] {
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(":");
  const pointer = problem.pointer ? ` (at ${problem.pointer})` : "";
  const severity = problem.severity === "warning" ? paint("yellow", "warning: ") : "";
  const code = problem.code === undefined ? "" : `${printable(problem.code)}: `;
  return [
    `  ${paint("bold", printable(place))}: ${severity}${code}${printable(problem.message)}${printable(pointer)}`,
    `    ${paint("cyan", "hint:")} ${printable(problem.remedy)}`,
  ];
}
