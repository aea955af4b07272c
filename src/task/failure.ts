import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";

/** The error for a task with problems. Its message is the first one with its place; the others come along. */
export function taskInvalid(problems: readonly Problem[]): RatchetError {
  const errors = problems.filter(({ severity }) => severity === "error");
  const first = errors[0];
  if (first === undefined) return new RatchetError("TASK_INVALID", "The task is not valid.", { problems });
  const more = errors.length === 1 ? "" : ` (and ${errors.length - 1} more)`;
  return new RatchetError("TASK_INVALID", `${placeOf(first)}: ${first.message}${more}`, {
    problems,
    remedy: first.remedy,
    data: { file: first.file, ...(first.line === undefined ? {} : { line: first.line, column: first.column ?? 1 }) },
  });
}

/** Where a problem is, as editors and terminals turn it into a link: `file:line:column`. */
export function placeOf({ file, line, column }: Problem): string {
  return line === undefined ? file : `${file}:${line}:${column ?? 1}`;
}

/** What a failure to load says about a task, for a list of problems. Other errors are faults of ours and go on. */
export function problemsOf(origin: string, error: unknown): readonly Problem[] {
  if (!(error instanceof RatchetError)) throw error;
  if (error.problems.length > 0) return error.problems;
  const remedy = error.remedy ?? "Mend the task.";
  return [{ severity: "error", file: origin, message: error.message, remedy }];
}
