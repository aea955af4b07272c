import type { Job, NewJob } from "../../domain/job.ts";
import type { ExecutionTraceStart } from "../../domain/trace.ts";
import type { Approval, ApprovalFilter, Decision } from "./approvals.ts";
import type { ChildEnd } from "./child-end.ts";
import type { StoredEngine } from "./engines.ts";
import type { OperationResult } from "./operation-result.ts";
import type { Page, PageRequest } from "./page.ts";
import type { StreamStore } from "./run-streams.ts";
import type { EarlierSignal, NewSignal, SentSignal } from "./signals.ts";

/** The kinds of operations of a run: those of `DurableRequest`. The store keeps the index. */
export const OPERATION_KINDS = ["sleep", "call", "map", "step", "wait", "approve", "emit"] as const;

export type OperationKind = (typeof OPERATION_KINDS)[number];

/**
 * What became of an operation. `cancelled`: its run ended, was cancelled or went another way before it had a result. The
 * store keeps the index.
 */
export const OPERATION_STATES = ["open", "completed", "failed", "cancelled"] as const;

export type OperationState = (typeof OPERATION_STATES)[number];

/** What is added to the numbers of operations that a forked run keeps, once for each time that they were kept. */
export const KEPT_NUMBERS = 1_000_000;

/** Returns the number that an operation had when a task asked for it. */
export function guestNumber(number: number): number {
  return number % KEPT_NUMBERS;
}

/** Sleeping executions at a time. A run that can't sleep any more fails with SLEEP_LIMIT. */
export const MAX_SLEEPING = 1_000_000;

/** An operation of a run, as its journal has it. Times are ms since the epoch. */
export interface StoredOperation {
  executionId: number;
  /** From 1, in the order of the calls. One that a fork keeps has a number above {@link KEPT_NUMBERS}: see {@link guestNumber}. */
  number: number;
  kind: OperationKind;
  /** Of the step, signal, event or task; the title of an approval. */
  name: string;
  /** The name of the step of a workflow file. */
  label: string | null;
  state: OperationState;
  /** JSON of a `DurableRequest`, as the host stores it (protected). */
  request: string;
  /**
   * JSON of a `DurableResult`, as the host stores it; null while it is open or was cancelled. Empty for a call or map whose
   * children have ended: the host makes it from its {@link Settlement}.
   */
  result: string | null;
  /** Its place among the results of the run, from 1. */
  order: number | null;
  /** How often the function of a step has run so far. */
  attempts: number;
  /** When it ends by the passing of time alone. */
  dueAt: number | null;
  /** The child of a call. */
  childJobId: number | null;
  /** Children of a map that have not ended. */
  childrenLeft: number | null;
  /** The number of the operation that this one compensates. */
  undoes: number | null;
  createdAt: number;
  settledAt: number | null;
}

/** What is listed of an operation that is open. */
export type OpenOperation = Pick<StoredOperation, "number" | "kind" | "name" | "label" | "dueAt" | "childJobId">;

/** One change of a run by the process that carries it. */
export type RunChange =
  /**
   * The first change of a run. @param seed encrypted
   * @param version that runs: the execution shows it from now on, and the job is pinned to it until it is renewed
   */
  | { type: "begin"; runKey: string; seed: Uint8Array; version: string }
  /** @param early the child of the call may be started before it is stored. @default false */
  | { type: "open"; operation: NewOperation; early?: boolean }
  /** The function of a step has ended for good. Creates the operation if it is not there. */
  | { type: "record"; operation: NewOperation; attempts: number; result: OperationResult }
  /** The function of a step has failed, and runs again at `operation.dueAt`. Creates the operation if it is not there. */
  | { type: "postpone"; operation: NewOperation; attempts: number }
  /**
   * Settles an operation if it is still open: a time-out, the end of a sleep, the answer of a detached call. Its children
   * are cancelled, unless they are detached.
   * @param isWithdrawn the run no longer wants its result @default false
   */
  | { type: "settle"; number: number; result: OperationResult; isWithdrawn?: boolean }
  /** Gives a kept signal to an operation that waits, if both are still there. */
  | { type: "take"; number: number; signalId: number; result: OperationResult }
  /** A kept signal does not fit the schema of the wait: it is passed over, and recorded as such. */
  | { type: "pass"; signalId: number; reason: string }
  /**
   * Operations from this number on no longer hold: open ones are cancelled with their children, and all are deleted, as are the
   * readings from this message on.
   */
  | { type: "diverge"; from: number; message: number }
  /** Appends an item to the stream, unless the stream has one with this number. @param text JSON, as the host stores it */
  | { type: "item"; item: number; text: string }
  /** The job has done with the items before this number of the stream that is its input. */
  | { type: "taken"; items: number }
  /** It reads no more of them. */
  | { type: "stopReading" }
  /** What was read before a message, JSON of `ReadingsSince`. It replaces what is there for the same message. */
  | { type: "readings"; message: number; text: string };

/** A child that was claimed before it was stored. */
export interface StartedChild {
  job: Job;
  executionId: number;
  trace: ExecutionTraceStart;
}

/** An operation that a run asks for. */
export interface NewOperation
  extends Pick<StoredOperation, "number" | "kind" | "name" | "label" | "request" | "dueAt" | "undoes"> {
  /** The jobs that it starts: one of a call, many of a map. */
  children?: readonly NewJob[];
  /** The child of a call runs already: `JobStore.startEarly` has claimed it. */
  started?: StartedChild;
  /** How many children of a map may run at a time. @default all */
  concurrency?: number;
  /** The first child that fails settles a map, and the rest is cancelled. @default false */
  failFast?: boolean;
  /** A call with a key that another call of the run has has the child of that call. */
  key?: string;
  /** The child survives the end of the run. @default false */
  detached?: boolean;
  /** Who may decide an approval: JSON array of roles and names. */
  who?: string;
  /** An event `execution.emitted` with this JSON. */
  emits?: string;
  /** It is settled at once. */
  result?: OperationResult;
  /** The label of the call whose stream it was to read, and does not, because it has failed at once. */
  unread?: string;
}

/**
 * Changes of one run, in order. They change nothing if the worker no longer owns the job. Those of a run whose attempt ends
 * with the same request are made before it ends: see `FinishedAttempt.after`.
 */
export interface RunWrite {
  executionId: number;
  jobId: number;
  claim: number;
  changes: readonly RunChange[];
}

/** What a {@link RunWrite} led to. */
export interface RunWritten {
  executionId: number;
  /** false if the worker no longer owns the job: nothing was changed. */
  owned: boolean;
  /** The limit that the run has reached: this write and what follows it were not stored. The host ends the run. */
  limit: RunLimit | null;
  /** The limit to which these changes have brought the run halfway. */
  near: RunLimit | null;
  /** Ids of the jobs that `open` has started, by the number of the operation. */
  children: Record<number, number[]>;
  /** Signals that were kept for a wait that was opened, oldest first, by the number of the operation. */
  kept: Record<number, KeptSignal[]>;
  /** Another run was woken, which waited for items or for room. @default false */
  woke?: boolean;
  /** Numbers of `settle` and `take` that came too late, since the operation has a result already. */
  late: number[];
}

export type RunLimit = "operations" | "journalBytes";

/** A signal that no wait has taken yet. */
export interface KeptSignal {
  id: number;
  /** JSON, as the host stores it. */
  text: string;
}

/**
 * An operation of a run has a result. `result.text` is empty if the host makes it of `child` or `children`: then `ok` says
 * whether the call or map as a whole completed.
 */
export interface Settlement {
  executionId: number;
  number: number;
  order: number;
  result: OperationResult;
  /** For a map: the children in the order of the items, each with its output or error as the store has it. */
  children?: readonly ChildEnd[];
  /** For a call. */
  child?: ChildEnd;
}

/** What a run needs to go on. */
export interface StoredRun {
  executionId: number;
  /** The version of the task that it keeps. */
  version: string;
  runKey: string;
  /** Encrypted. */
  seed: Uint8Array;
  /** Encrypted; null if the run has never slept, or if its image was dropped. */
  image: Uint8Array | null;
  /** The digest of the engine that can wake it. */
  engine: string | null;
  workedMs: number;
  /** Items of its stream. */
  items: number;
  isCancelled: boolean;
  /** It is to be put to sleep, since it is to be paused. */
  isPausing: boolean;
  /** The operations that are open in the image, and those recorded since; all of them without an image. */
  operations: StoredOperation[];
  /** Results of calls and maps among them, which the host makes into texts for the guest. */
  settlements: Settlement[];
  /** JSON of `ReadingsSince`, since the image. */
  readings: string[];
  /** Signals that were kept while a wait for them was open, by the number of the wait. */
  kept: Record<number, KeptSignal[]>;
}

/**
 * Runs: executions that use durable methods, with their journals. What running runs change comes with
 * `JobStore.completeAndClaim`; a run goes to sleep and ends with a `FinishedAttempt`.
 */
export interface RunStore extends StreamStore {
  /** @returns undefined if the execution has asked for nothing durable yet */
  load(executionId: number): Promise<StoredRun | undefined>;
  /** Results since: for a run in memory whose operations were settled elsewhere. */
  settlements(executionId: number, numbers: readonly number[]): Promise<Settlement[]>;
  /** Within how many calls of other runs it is; a detached one is within none. */
  depth(executionId: number): Promise<number>;
  /** Drops an image that can't be used; the journal stays. */
  dropImage(executionId: number): Promise<void>;
  engine(engine: string): Promise<StoredEngine | undefined>;
  /** Keeps an engine, if it is not there yet. */
  keepEngine(engine: StoredEngine): Promise<void>;
  /**
   * The journal, in the order of the calls: what a fork has kept is where it was called, see {@link guestNumber}.
   * @param after the number of the last one that was read
   */
  operations(executionId: number, limit: number, after?: number): Promise<StoredOperation[]>;
  /** The waits for a signal that are open, in the order of their numbers. @param name @default all */
  waits(executionId: number, name?: string): Promise<StoredOperation[]>;
  /** Operations that are open, in the order of their numbers: what a run waits for. */
  open(executionId: number, limit: number): Promise<OpenOperation[]>;
  /** Signals of a name that no wait has taken yet, oldest first. @param after id of the last one that was read */
  kept(jobId: number, name: string, limit: number, after?: number): Promise<KeptSignal[]>;
  /**
   * Delivers or keeps a signal. A run that sleeps and waits for the name wakes in either case.
   * @throws {RatchetError} EXECUTION_NOT_FOUND, JOB_NOT_FOUND; EXECUTION_ENDED if the run has ended; SIGNAL_LIMIT if
   *   {@link MAX_KEPT_SIGNALS} of the name are kept already, or {@link MAX_KEPT_SIGNALS_OF_JOB}, and nothing takes this one;
   *   CONFLICT if unfinished jobs of several tasks have the correlation key, or another signal had the idempotency key
   */
  signal(signal: NewSignal): Promise<SentSignal>;
  /** Returns what became of a signal that was sent before with the same idempotency key. */
  sent(jobId: number, idempotencyKey: string, name: string): Promise<EarlierSignal | undefined>;
  approvals(filter: ApprovalFilter, page: PageRequest): Promise<Page<Approval>>;
  approval(id: number): Promise<Approval | undefined>;
  /** @throws {RatchetError} APPROVAL_NOT_FOUND; CONFLICT if it is decided or no longer asked for */
  decide(decision: Decision): Promise<Approval>;
  /** Items of a stream. @param after number of the last item that was read, -1 for none */
  items(executionId: number, after: number, limit: number): Promise<{ item: number; text: string }[]>;
}
