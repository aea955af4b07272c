import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionDetail, ExecutionRecord, ExecutionStatus } from "../../domain/execution-record.ts";
import type { StoredError } from "../../domain/job.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { Touched } from "../../domain/ledger.ts";
import type { KeptRecording } from "../../domain/recording.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { ExecutionTraceStart } from "../../domain/trace.ts";
import type { Page, PageRequest } from "./page.ts";

/** Selects executions that meet all the given conditions. */
export interface ExecutionFilter {
  status?: readonly ExecutionStatus[];
  taskId?: number;
  jobId?: number;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
  /** ms since the epoch, inclusive. */
  createdFrom?: number;
  /** ms since the epoch, exclusive. */
  createdTo?: number;
}

/** A console line as stored. */
export interface StoredLog extends LogEntry {
  executionId: number;
  /** From 0. */
  seq: number;
}

/** A direct execution to be started. */
export interface NewDirectExecution {
  taskId: number;
  version: string | null;
  inputJson: ShareableText;
  /** The process that runs it: a registered worker, so that the execution fails if that is lost. */
  workerId: string;
  /** @default a new trace */
  trace?: ExecutionTraceStart;
}

/** What is stored of the trace of an execution. */
export interface StoredTrace {
  /** As `readStoredSpans` reads it. */
  execution: string;
  /** Of its job: for `parseJobTrace`. null for a direct execution. */
  job: string | null;
  /** When its job was created, ms since the epoch; null for a direct execution. */
  jobCreatedAt: number | null;
  /** JSON of the spans of its earlier stretches at work, in their order: those before its latest sleep. */
  earlier: readonly string[];
  /** How many stretches are not kept, because they are too many. */
  omitted: number;
  /** When it went on last, ms since the epoch; null if it has not slept. */
  wokenAt: number | null;
}

/** How a direct execution ended. */
export interface DirectExecutionEnd {
  id: number;
  taskId: number;
  result:
    | { status: "completed"; outputJson: ShareableText }
    | { status: "failed" | "cancelled"; error: StoredError; outputJson?: undefined };
  version: string | null;
  startedAt: number;
  finishedAt: number;
  usage: ResourceUsage | null;
  /** What it touched; undefined if that is nothing. */
  touched?: Touched | undefined;
  /** Its spans, as `ExecutionTrace` writes them. @default those that are stored */
  trace?: string | undefined;
  /** What a replay needs; undefined if it can be derived, or if nothing is recorded. */
  recording?: KeptRecording | undefined;
  /** Console lines that are not stored yet. */
  logs: readonly LogEntry[];
  /** Number of lines that {@link ExecutionStore.logDirect} has stored. @default 0 */
  logsStored?: number;
}

/** Executions, of jobs and direct. */
export interface ExecutionStore {
  /** What was recorded of an execution; undefined if nothing was. */
  recording(id: number): Promise<KeptRecording | undefined>;
  get(id: number): Promise<ExecutionDetail | undefined>;
  getMany(ids: readonly number[]): Promise<ExecutionRecord[]>;
  /**
   * Total size of the inputs and outputs of these executions, bytes: what {@link ExecutionStore.details} would read.
   */
  detailBytes(ids: readonly number[]): Promise<number>;
  /** Executions with their inputs and outputs, in the order of their ids. */
  details(ids: readonly number[]): Promise<ExecutionDetail[]>;
  /** What executions have touched, by their ids. Those that have touched nothing are missing. */
  touched(ids: readonly number[]): Promise<Map<number, Touched>>;
  /** The stored trace of an execution; undefined if it is older than traces, or not there. */
  trace(id: number): Promise<StoredTrace | undefined>;
  /** Executions of several jobs, oldest first. */
  ofJobs(jobIds: readonly number[]): Promise<ExecutionRecord[]>;
  list(filter: ExecutionFilter, page: PageRequest): Promise<Page<ExecutionRecord>>;
  count(filter: ExecutionFilter): Promise<number>;
  /** Stores an event `execution.emitted` of a direct execution. @param data its name and value */
  emit(id: number, taskId: number, data: JsonValue): Promise<void>;
  /** Console lines, in order. @param after sequence number of the last line that was read */
  logs(id: number, limit: number, after?: number): Promise<StoredLog[]>;
  /** @returns the id of the execution */
  startDirect(execution: NewDirectExecution): Promise<number>;
  /** Stores console lines of a running execution. @param first sequence number of the first one */
  logDirect(id: number, first: number, logs: readonly LogEntry[]): Promise<void>;
  /** @returns false if it had already ended: cancelled, or its worker was considered lost */
  finishDirect(end: DirectExecutionEnd): Promise<boolean>;
}
