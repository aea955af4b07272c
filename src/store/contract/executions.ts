import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { ExecutionDetail, ExecutionRecord, ExecutionStatus } from "../../domain/execution-record.ts";
import type { StoredError } from "../../domain/job.ts";
import type { Page, PageRequest } from "./page.ts";

/** Which executions. All given conditions hold together. */
export interface ExecutionFilter {
  status?: readonly ExecutionStatus[];
  taskId?: number;
  jobId?: number;
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

/** A direct execution that starts now. */
export interface NewDirectExecution {
  taskId: number;
  version: string | null;
  inputJson: string;
  /** Process that runs it: a registered worker, so that it is closed when that is lost. */
  workerId: string;
}

/** How a direct execution ended. */
export interface DirectExecutionEnd {
  id: number;
  taskId: number;
  result:
    | { status: "completed"; outputJson: string }
    | { status: "failed" | "cancelled"; error: StoredError; outputJson?: undefined };
  version: string | null;
  startedAt: number;
  finishedAt: number;
  usage: ResourceUsage | null;
  /** Lines that are not stored yet. */
  logs: readonly LogEntry[];
  /** Lines that {@link ExecutionStore.logDirect} has stored. @default 0 */
  logsStored?: number;
}

/** Executions, queued and direct. */
export interface ExecutionStore {
  get(id: number): Promise<ExecutionDetail | undefined>;
  getMany(ids: readonly number[]): Promise<ExecutionRecord[]>;
  /** Bytes of the inputs and outputs of these executions together: what {@link ExecutionStore.details} would read. */
  detailBytes(ids: readonly number[]): Promise<number>;
  /** With inputs and outputs, by id. */
  details(ids: readonly number[]): Promise<ExecutionDetail[]>;
  /** Executions of several jobs in one query, oldest first. */
  ofJobs(jobIds: readonly number[]): Promise<ExecutionRecord[]>;
  list(filter: ExecutionFilter, page: PageRequest): Promise<Page<ExecutionRecord>>;
  count(filter: ExecutionFilter): Promise<number>;
  /** Console lines in order. @param after sequence number of the last line seen */
  logs(id: number, limit: number, after?: number): Promise<StoredLog[]>;
  startDirect(execution: NewDirectExecution): Promise<number>;
  /** Stores console lines of an execution that runs. @param first sequence number of the first one */
  logDirect(id: number, first: number, logs: readonly LogEntry[]): Promise<void>;
  /** @returns false when it had ended already: cancelled, or its worker was taken for dead */
  finishDirect(end: DirectExecutionEnd): Promise<boolean>;
}
