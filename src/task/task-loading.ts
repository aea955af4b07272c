import type { Program } from "../domain/task.ts";
import { readProgram } from "./program/read-program.ts";
import type { TaskFiles } from "./task-files.ts";
import { type TaskReport, validateFiles } from "./validate.ts";

/** What takes time in proportion to a task's files, so that a server can have it done on another thread. */
export interface TaskLoading {
  /** @throws {RatchetError} TASK_INVALID with file, line and remedy; TASK_UNREADABLE */
  program(files: TaskFiles): Promise<Program>;
  /** Everything wrong with a task. */
  report(files: TaskFiles): Promise<TaskReport>;
}

/** Loads tasks on the calling thread: right for a command that has nothing else to do. */
export const LOADED_HERE: TaskLoading = { program: readProgram, report: (files) => validateFiles(files) };
