import type { Program, TaskDefinition } from "../../domain/task.ts";
import type { Workflow } from "../../domain/workflow.ts";
import { taskInvalid } from "../failure.ts";
import type { PreparedPrograms } from "../prepared/prepared-programs.ts";
import type { TaskFiles } from "../task-files.ts";
import { readWorkflow } from "./read-workflow.ts";

/** The text of a workflow file, and its path among the files of the task. */
interface WorkflowText {
  fileName: string;
  text: string;
}

/**
 * Returns the program of a workflow file.
 * @param prepared programs that were compiled earlier @default none
 * @throws {RatchetError} TASK_INVALID with all problems of the file
 */
export async function workflowProgram(
  files: TaskFiles,
  { fileName, text }: WorkflowText,
  prepared?: PreparedPrograms,
): Promise<Program> {
  const prepare = async () => {
    const workflow = await checkedWorkflow(text, files.name(fileName));
    const { compileWorkflow } = await import("./compile-workflow.ts");
    return compileWorkflow(workflow, { text, fileName });
  };
  if (prepared === undefined) return prepare();
  const importable = async () => ({ files, paths: new Set<string>() });
  return prepared.get({ files, fileName, text, importable, prepare });
}

/**
 * Reads a workflow file that has to be valid.
 * @param file its name in problems
 * @throws {RatchetError} TASK_INVALID with all problems of the file
 */
export async function checkedWorkflow(text: string, file: string): Promise<Workflow> {
  const { workflow, problems } = await readWorkflow(text, file);
  if (workflow === undefined) throw taskInvalid(problems);
  return workflow;
}

/**
 * Returns the workflow of a task, undefined if its program is code.
 * @throws {RatchetError} TASK_INVALID with all problems of the file
 */
export async function workflowOf(task: TaskDefinition): Promise<Workflow | undefined> {
  if (task.kind !== "workflow") return undefined;
  const { file, text } = await task.programText();
  return checkedWorkflow(text, `${task.origin}/${file}`);
}
