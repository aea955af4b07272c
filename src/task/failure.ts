import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";

/** Creates the error for a task with problems. Its message is the first problem and its location. */
export function taskInvalid(problems: readonly Problem[]): RatchetError {
  const errors = problems.filter(({ severity }) => severity === "error");
  const first = errors[0];
  if (first === undefined) return new RatchetError("TASK_INVALID", "The task is not valid.", { problems });
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  const { file, line, column, message, remedy } = first;
  return new RatchetError("TASK_INVALID", `${placeOf(first)}: ${message}${more}`, {
    problems,
    remedy,
    data: line === undefined ? { file } : { file, line, column: column ?? 1 },
  });
}

/** Formats the location of a problem as `file:line:column`, which editors and terminals turn into a link. */
export function placeOf({ file, line, column }: Problem): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

/** Converts the error of a failed load to problems. Other errors are bugs in Ratchet and are thrown again. */
export function problemsOf(origin: string, error: unknown): readonly Problem[] {
  if (!(error instanceof RatchetError)) throw error;
  if (error.problems.length > 0) return error.problems;
  const remedy = error.remedy ?? "Fix the task.";
  return [{ severity: "error", file: origin, message: error.message, remedy }];
}
