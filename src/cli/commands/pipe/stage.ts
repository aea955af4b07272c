import { RatchetError } from "../../../domain/errors.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { MemoryHost } from "../../../execution/durable/memory/memory-host.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import type { RowQueue } from "./row-queue.ts";

/** One task of a pipe. */
export interface Stage {
  /** From 1. */
  number: number;
  task: TaskDefinition;
  /** Returns what one execution gets, but for its input. */
  request: () => Omit<ExecuteRequest, "input">;
  masked: (result: ExecuteResult) => ExecuteResult;
  host: MemoryHost;
  /** How many rows are in progress at once, if it runs once for each. */
  concurrency: number;
  input: RowQueue;
  output: RowQueue;
  /** Aborts when the pipe ends early. */
  stop: AbortSignal;
}

/** Names the task and the line in an error. */
export function atLine({ number, task }: Pick<Stage, "number" | "task">, thrown: unknown, line: number): RatchetError {
  const { code, message, data, remedy, problems, guest } = toRatchetError(thrown);
  const place = line === 0 ? "" : `, line ${line}`;
  return new RatchetError(code, `stage ${number} (${task.metadata.label})${place}: ${message}`, {
    data: { ...data, stage: number, task: task.metadata.label, ...(line === 0 ? {} : { line }) },
    remedy,
    problems,
    guest,
    cause: thrown,
  });
}
