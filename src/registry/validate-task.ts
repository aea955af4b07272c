import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { problemsOf } from "../task/failure.ts";

/** Everything wrong with a task's program and schemas, and with the form of its tests. */
export async function validateTask(task: TaskDefinition): Promise<Problem[]> {
  const problems = [...task.warnings];
  for (const part of [task.program, task.inputValidator, task.outputValidator]) {
    try {
      await part();
    } catch (error) {
      problems.push(...problemsOf(task.origin, error));
    }
  }
  try {
    problems.push(...(await task.tests()).problems);
  } catch (error) {
    if (!(error instanceof RatchetError)) throw error;
    problems.push(...problemsOf(task.origin, error));
  }
  return problems;
}
