import type { Program } from "../domain/task.ts";
import type { WorkflowGraph } from "../domain/workflow.ts";
import { readProgram, readProgramText } from "./program/read-program.ts";
import type { TaskFiles } from "./task-files.ts";
import { type TaskReport, validateFiles } from "./validate.ts";
import { checkedWorkflow } from "./workflow/load-workflow.ts";

/** Work that takes time proportional to a task's files. A server runs it on another thread. */
export interface TaskLoading {
  /** @throws {RatchetError} TASK_INVALID with file, line and remedy; TASK_UNREADABLE */
  program(files: TaskFiles): Promise<Program>;
  /** Returns all problems of a task. */
  report(files: TaskFiles): Promise<TaskReport>;
  /**
   * Returns the steps of a workflow; undefined for a task whose program is code.
   * @throws {RatchetError} TASK_INVALID, TASK_UNREADABLE
   */
  graph(files: TaskFiles): Promise<WorkflowGraph | undefined>;
}

/** Loads tasks on the calling thread, for commands that have nothing else to do. */
export const LOADED_HERE: TaskLoading = {
  program: readProgram,
  report: (files) => validateFiles(files),
  async graph(files) {
    const { fileName, text, language } = await readProgramText(files);
    if (language !== "yaml") return undefined;
    const { workflowGraph } = await import("./workflow/workflow-graph.ts");
    return workflowGraph(await checkedWorkflow(text, files.name(fileName)));
  },
};
