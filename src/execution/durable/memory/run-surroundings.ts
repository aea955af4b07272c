import type { DurableResult } from "../../../domain/durable.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { RowBatch } from "../checked-rows.ts";
import type { RowsFailure } from "../stream-failures.ts";
import type { ApprovalBox } from "./approval-box.ts";
import type { Child, Children } from "./children.ts";
import type { ItemSink } from "./item-sink.ts";
import type { SignalBox } from "./signal-box.ts";
import type { StepStream } from "./step-stream.ts";

/**
 * Reads the rows of an input as they are needed.
 * @param from the number of the first: the task has done with those before
 * @throws {RatchetError} for a row that is wrong
 */
export type ReadRows = (from: number) => Promise<RowBatch | RowsFailure>;

/** Called when a task reads no more rows, with how many it has taken. */
export type CloseRows = (rows: number) => void;

/** What a run has around it. */
export interface RunSurroundings {
  /** The task that runs. */
  task: TaskMetadata;
  clock: Clock;
  children: Children;
  signals: SignalBox;
  approvals: ApprovalBox;
  onItem: ItemSink;
  /** Reads the rows of its input. @default its input is not a stream */
  readRows?: ReadRows | undefined;
  onCloseRows?: CloseRows | undefined;
  /** Called with the label of each task that it calls. */
  onCall?: ((label: string) => void) | undefined;
  onEmit: (name: string, json: string) => void;
  warn: (message: string) => void;
  /** Called once for a wait for others that lasts, with what it is for and when it ends. @default nobody is told */
  onLongWait?: ((what: string, until: number) => void) | undefined;
  /** Why nobody can answer what it waits for, for errors. @default it is not known */
  whyNobody?: string | undefined;
}

/** The streams of the calls of a run that other calls of it read, by their labels. */
export type CalledStreams = Map<string, StepStream>;

/** An operation that is open. */
export interface OpenOperation {
  /** Gives back what it holds, and cancels what it has started. */
  cancel(): void;
}

/** A child, or what the call settles with because none was started. */
export type StartedChild = { child: Child } | { result: DurableResult };

/** The children of the calls of a run that have a key, by the key. */
export type KeyedChildren = Map<string, Promise<StartedChild>>;

/** What an operation needs. */
export interface OperationContext extends RunSurroundings {
  keys: KeyedChildren;
  streams: CalledStreams;
  /** Ends the operation. Nothing happens if it has ended before. */
  settle(result: DurableResult): void;
  /** Notes what is being done, in contrast to waiting. */
  works(promise: Promise<unknown>): void;
}
