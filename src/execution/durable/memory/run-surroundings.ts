import type { DurableResult } from "../../../domain/durable.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { ApprovalBox } from "./approval-box.ts";
import type { Child, Children } from "./children.ts";
import type { SignalBox } from "./signal-box.ts";

/**
 * Receives the items of a stream, numbered from 0.
 * @param received to be called when the reader has the items before a number: until then they count as waiting
 */
export type ItemSink = (json: string, item: number, received: (next: number) => void) => void;

/** Rows of an input. */
export interface RowBatch {
  /** The JSON of each row. */
  rows: string[];
  /** There are no more. */
  end: boolean;
}

/** Reads the rows of an input as they are needed. @throws {RatchetError} for a row that is wrong */
export type ReadRows = () => Promise<RowBatch>;

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
}

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
  /** Ends the operation. Nothing happens if it has ended before. */
  settle(result: DurableResult): void;
  /** Notes what is being done, in contrast to waiting. */
  works(promise: Promise<unknown>): void;
}
