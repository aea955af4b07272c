import type { Program } from "../domain/task.ts";
import { readProgram } from "./program/read-program.ts";
import type { TaskFiles } from "./task-files.ts";
import { type TaskReport, validateFiles } from "./validate.ts";

/** Work that takes time proportional to a task's files. A server runs it on another thread. */
export interface TaskLoading {
  /** @throws {RatchetError} TASK_INVALID with file, line and remedy; TASK_UNREADABLE */
  program(files: TaskFiles): Promise<Program>;
  /** Returns all problems of a task. */
  report(files: TaskFiles): Promise<TaskReport>;
}

/** Loads tasks on the calling thread, for commands that have nothing else to do. */
export const LOADED_HERE: TaskLoading = { program: readProgram, report: (files) => validateFiles(files) };
