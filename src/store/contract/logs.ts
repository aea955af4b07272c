import type { LogLevel } from "../../domain/execution.ts";
import type { Page } from "./page.ts";

/** A line of the log: what a task wrote to its console, or a message of the server. */
export interface LogLine {
  /** Rises in the order in which lines were stored. */
  id: number;
  /** When it was written, ms since the epoch. */
  time: number;
  level: LogLevel;
  message: string;
  /** null for a message that concerns no task. */
  taskId: number | null;
  /** Label of the task. */
  task: string | null;
  jobId: number | null;
  executionId: number | null;
  traceId: string | null;
  /** Number of a console line within its execution, from 0; null for a message of the server. */
  seq: number | null;
}

/** A message of the server to be stored. */
export type NewLogMessage = Pick<
  LogLine,
  "time" | "level" | "message" | "taskId" | "jobId" | "executionId" | "traceId"
>;

/** Selects lines that meet all the given conditions. */
export interface LogFilter {
  taskId?: number;
  /** Lines of all attempts of the job, and messages about it. */
  jobId?: number;
  executionId?: number;
  /** This level and the ones above. */
  level?: LogLevel;
  /** Lines written at this time or later, ms since the epoch. */
  since?: number;
  /** Lines that contain this text, with the same case. */
  grep?: string;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
  /** Leave out messages that concern no task. @default false */
  ofTasks?: boolean;
}

/** Selects a page of the log. */
export interface LogPageRequest {
  limit: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** By the time of writing. @default "desc" */
  order?: "asc" | "desc";
}

/** What the server and its tasks say. */
export interface LogStore {
  /**
   * Lists lines. The work for one page is bounded: where few of many lines match, a page may have fewer lines than requested,
   * or none, and a cursor that continues.
   * @throws {RatchetError} USAGE for an invalid cursor
   */
  list(filter: LogFilter, page: LogPageRequest): Promise<Page<LogLine>>;
  /** Stores messages of the server. */
  append(messages: readonly NewLogMessage[]): Promise<void>;
  /**
   * Calls the listener with new lines, in the order of their ids, soon after they were stored. A listener that throws loses
   * that call only.
   * @returns a function that ends the subscription
   */
  subscribe(listener: (lines: readonly LogLine[]) => void): () => void;
  /** Stored lines after `id`, in the order of their ids. */
  since(id: number, limit: number): Promise<LogLine[]>;
  /** First and last id that are kept; both are 0 if there are no lines. */
  bounds(): Promise<{ first: number; last: number }>;
}
