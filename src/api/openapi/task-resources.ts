import { FOUND_PROBLEM, TASK, TASK_NAME, TASK_VERSION, VALIDATION, VIOLATION } from "../descriptions/task.ts";
import {
  described,
  FLAG,
  ID,
  list,
  partial,
  ref,
  TEXT,
  TEXT_OR_NULL,
  TIME,
  TIME_OR_NULL,
  whole,
} from "./schema-parts.ts";

/** Schemas about tasks, by name. */
export function taskResources(): Record<string, object> {
  const { availableVersions, registrySource, jobStats, executionStats, ...sentences } = TASK;
  const task = described(
    {
      id: ID,
      uuid: TEXT,
      label: TEXT,
      description: TEXT,
      version: TEXT,
      enabled: FLAG,
      source: TEXT_OR_NULL,
      inSync: FLAG,
      createdAt: TIME,
      updatedAt: TIME,
      validatedAt: TIME_OR_NULL,
    },
    sentences,
  );
  const version = {
    version: TEXT,
    checksum: TEXT,
    source: TEXT,
    origin: TEXT,
    available: FLAG,
    createdAt: TIME,
    updatedAt: TIME,
  };
  const problem = {
    severity: { type: "string", enum: ["error", "warning"] },
    file: TEXT,
    line: ID,
    column: ID,
    pointer: TEXT,
    message: TEXT,
    remedy: TEXT,
  };
  const validation = { valid: FLAG, problems: list(ref("FoundProblem")), violations: list(ref("Violation")) };
  return {
    TaskName: whole(described({ id: ID, uuid: TEXT, label: TEXT }, TASK_NAME), "A short reference to a task."),
    Task: whole(task, "What can be run."),
    TaskDetail: whole(
      { ...task, availableVersions: { ...list(TEXT), description: availableVersions } },
      "A task with its available versions.",
    ),
    TaskVersion: whole(described(version, TASK_VERSION), "A version of a task."),
    FoundProblem: partial(
      described(problem, FOUND_PROBLEM),
      ["severity", "file", "message", "remedy"],
      "A problem in a file of a task.",
    ),
    Violation: whole(described({ pointer: TEXT, message: TEXT }, VIOLATION), "A place in what was sent that is wrong."),
    Validation: whole(described(validation, VALIDATION), "What a check of a task found."),
  };
}
