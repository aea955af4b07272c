import type { RatchetError } from "../domain/errors.ts";
import type { LogEntry, ResourceUsage } from "../domain/execution.ts";
import type { HttpSend } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { ExecutionLimits } from "../domain/limits.ts";
import type { Journal } from "../domain/recording.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { Executor } from "../sandbox/executor.ts";

/** One run of a task through the one path: validate input, run in the sandbox, validate output. */
export interface ExecuteRequest {
  task: TaskDefinition;
  input: JsonValue;
  executor: Executor;
  http: HttpSend;
  /** Over the task's own, which are over the defaults. */
  limits?: Partial<ExecutionLimits>;
  /** @default a new UUID */
  executionId?: string;
  /** @default 1 */
  attempt?: number;
  secrets?: Record<string, string>;
  signal?: AbortSignal;
  onLog?: (entry: LogEntry) => void;
  onProgress?: (value: JsonValue) => void;
  onJournal?: (journal: Journal) => void;
  replay?: Journal;
}

/** How it ended; the output both as text and parsed (it was validated). */
export type ExecuteResult =
  | { status: "completed"; output: JsonValue; outputJson: string; usage: ResourceUsage }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage };

/** Executes a task. Never rejects for anything the task, its schemas or its input did: the result says it. */
export declare function execute(request: ExecuteRequest): Promise<ExecuteResult>;
