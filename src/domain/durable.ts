import type { JsonObject, JsonValue } from "./json.ts";
import type { RetryPolicy } from "./retry-policy.ts";

/**
 * What a task asks for with the durable methods of its context, as plain data. Each request is one operation of its run, and
 * has a number: the guest counts them from 1, in the order of the calls. The numbers, requests and results are the journal of
 * the run, and what was recorded at a number is not done again.
 */
export type DurableRequest =
  | SleepRequest
  | CallRequest
  | MapRequest
  | StepRequest
  | WaitRequest
  | ApproveRequest
  | EmitRequest;

/**
 * What all requests may have in addition. The program of a workflow file passes these as members `label` and `undoes` of the
 * method's options. It passes `numbered` as well, a function `(number, withdraw)` that the guest calls as soon as the
 * operation has a number: with that number, so that the program can say later what it undoes, and with a function without
 * parameters that withdraws the operation (see `withdraw` of {@link DurableMessage}).
 */
interface Requested {
  /** The name of the step of a workflow file that asks. */
  label?: string;
  /** The number of the operation that this one compensates. */
  undoes?: number;
}

/** `context.sleep` and `context.sleepUntil`. */
export interface SleepRequest extends Requested {
  kind: "sleep";
  /** When it ends, ms since the epoch. The guest adds the duration to its own clock, whose readings are recorded. */
  until: number;
}

/** What `context.call` and `context.map` have in common. */
interface TaskRequest extends Requested {
  /** Label or uuid. */
  task: string;
  /** Exact version. @default the newest when the call starts */
  version?: string;
  /** @default the child's own */
  retry?: RetryPolicy;
  /** How long the call may take in total, ms. @default without limit */
  timeoutMs?: number;
}

/** `context.call`. */
export interface CallRequest extends TaskRequest {
  kind: "call";
  /** JSON text. */
  input: string;
  /** Calls with the same key in one run mean the same child. */
  key?: string;
  /** The call resolves at once, and the child survives the end of the run. @default false */
  detached?: boolean;
  /**
   * How many calls of the run read its stream, see `rows`: what it writes waits for the slowest of them. Only the program of a
   * workflow file passes this. @default 0
   */
  readers?: number;
  /** The label of the call whose stream is its input, in place of `input`. Only the program of a workflow file passes this. */
  rows?: string;
}

/** `context.map`. */
export interface MapRequest extends TaskRequest {
  kind: "map";
  /** JSON texts of the inputs. */
  inputs: string[];
  concurrency: number;
  /** `fail` cancels the rest and rejects; `continue` puts `{error}` in the item's place. */
  onError: "fail" | "continue";
}

/** `context.step`. It is only asked for when its function has run, or has to run again later. */
export interface StepRequest extends Requested {
  kind: "step";
  name: string;
  /** Counts the steps of one name, from 1. */
  occurrence: number;
}

/** `context.waitFor`. */
export interface WaitRequest extends Requested {
  kind: "wait";
  /** The name of the signal. */
  name: string;
  schema?: JsonValue;
  timeoutMs?: number;
}

/** `context.approve`. */
export interface ApproveRequest extends Requested {
  kind: "approve";
  title: string;
  schema?: JsonValue;
  /** Roles and names of users who may decide. @default everyone who may decide approvals */
  who?: string[];
  timeoutMs?: number;
  onTimeout: "reject" | "approve" | "fail";
}

/** `context.emit`. */
export interface EmitRequest extends Requested {
  kind: "emit";
  name: string;
  /** JSON text. */
  value: string;
}

/** An error that a durable operation rejects with. */
export interface DurableError {
  /** `error.name`: a typed error, a built-in one, or the child's own. */
  name: string;
  message: string;
  code?: string;
  data?: JsonObject;
  status?: number;
  /** The child that failed. */
  call?: { task: string; version?: string; jobId?: string; executionId?: string };
}

/** How an operation ended. `json` is the text of what it resolves to; undefined for undefined. */
export type DurableResult = { ok: true; json?: string } | { ok: false; error: DurableError };

/**
 * What the guest read of the clock and of the host between two messages, in order, so that repeated code reads the same. They
 * replace those with the same number.
 */
export interface ReadingsSince {
  /** Numbers the messages of the run that have readings, from 1. */
  message: number;
  /** Readings of the wall clock, run-length encoded: ms since the epoch, and how often in a row. */
  wall: [ms: number, reads: number][];
  /** Readings of the monotonic clock, run-length encoded: ms since the start of the run, and how often in a row. */
  monotonic: [ms: number, reads: number][];
  /** Bytes of keys that the host generated, base64. */
  random: string[];
  /** What the host's Intl and time zones said, run-length encoded. */
  hostTexts: [text: string, reads: number][];
}

/** What a run tells its host. The host carries out what it asks, and answers with a {@link DurableEvent}. */
export type DurableMessage =
  /** An operation begins. Its result arrives later. `step` is never opened. */
  | { type: "open"; number: number; request: Exclude<DurableRequest, StepRequest>; readings?: ReadingsSince }
  /** The function of a step has ended. The step settles when this is recorded. */
  | { type: "record"; number: number; request: StepRequest; result: DurableResult; readings?: ReadingsSince }
  /** The function of a step has failed, and runs again after `delayMs`: then the host answers with `again`. */
  | {
      type: "postpone";
      number: number;
      request: StepRequest;
      /** How often it has run. */
      attempts: number;
      error: DurableError;
      delayMs: number;
      readings?: ReadingsSince;
    }
  /**
   * The run no longer wants the results of these operations. What they started is cancelled, and each settles with a
   * CancelledError unless it has ended before. Numbers that are settled or unknown are ignored.
   */
  | { type: "withdraw"; numbers: number[] }
  /**
   * The run went another way than before: what was recorded from this number on no longer holds, and what it started is
   * cancelled. Readings with this number and higher ones do not hold either.
   */
  | { type: "diverge"; from: number; message: number }
  /** The task has returned a generator: the run has a stream, also if that has no items. */
  | { type: "stream" }
  /** The next item of the run's stream, numbered from 0. The host answers with `room`. */
  | { type: "write"; item: number; json: string; readings?: ReadingsSince }
  /**
   * Asks for the next rows of the input, see {@link DurableStart.rows}. The host answers with `rows`.
   * @param from how many rows the guest has had: it has done with them, and gets those from this number on
   */
  | { type: "read"; from: number }
  /** The task reads no more rows, although there may be some. @param rows how many it has taken */
  | { type: "close"; rows: number }
  /** `context.continueAsNew`: the run ends, and begins again with this input. */
  | { type: "renew"; input: string };

/** What the host tells a run. */
export type DurableEvent =
  | { type: "settled"; number: number; result: DurableResult }
  /** The function of a step may run again. */
  | { type: "again"; number: number }
  /** Items of the stream before this number are received, or taken by those who read it, so more may be written. */
  | { type: "room"; next: number }
  /** Nobody reads the stream any more: a generator is closed, and nothing waits for room. */
  | { type: "unread" }
  /** Rows of the input: the JSON of `{rows: [...], end: boolean}`, or why they can't be read. */
  | { type: "rows"; result: DurableResult }
  /** The run is cancelled: all that is open is rejected with a CancelledError, and the task may clean up. */
  | { type: "cancel" }
  /** Go to sleep as soon as only durable operations are open, however short the wait may be. */
  | { type: "sleep" };

/** An operation as the journal has it. */
export interface RecordedOperation {
  number: number;
  request: DurableRequest;
  /** Absent while it is open. */
  result?: DurableResult;
  /** Its place among the results of the run, from 1. Absent while it is open. */
  order?: number;
  /** How often the function of a step has run that runs again later. */
  attempts?: number;
  /**
   * It is kept from the run that this one was forked from, whatever its request was: an operation of the same kind has its result,
   * with the same label in a workflow, and otherwise with the same number and the same name or task. @default false
   */
  kept?: boolean;
}

/** With what a run begins or goes on. */
export interface DurableStart {
  /** 64 hexadecimal digits: Math.random and the crypto randomness of the run are derived from it. @default chosen by the engine, and told with the first message */
  seed?: string;
  /** What the keys of steps begin with. It stays the same when the run is repeated. */
  runKey: string;
  /** A guest whose wait is longer than this goes to sleep, ms. @default it never sleeps */
  sleepAfterMs?: number;
  /** A guest that sleeps, as `SleepingGuest.image`. @default the run begins at its start */
  image?: Uint8Array;
  /** The engine that made the image, as `EngineRecord.record`. @default the image is of this version's engine */
  engineRecord?: Uint8Array;
  /** Time at work before, ms. @default 0 */
  workedMs?: number;
  /** The operations that the guest may ask for or waits for, in the order of their numbers. @default none */
  recorded?: RecordedOperation[];
  /** What was read before, in the order of the messages. @default nothing */
  readings?: ReadingsSince[];
  /** The input is a stream of rows: the task gets an async iterable of them, which asks with `read`. @default false */
  rows?: boolean;
  /** How many items of the stream the host has. @default 0 */
  items?: number;
  /** How many of them are taken by those who read it: the others fill the buffer. @default items */
  taken?: number;
  /** The run is cancelled: see {@link DurableEvent}. @default false */
  cancelled?: boolean;
  /** How far the run's wall clock is ahead of the machine's, or of `fixed.startedAt`, ms: tests jump in time. @default 0 */
  aheadMs?: number;
  /** End with JOURNAL_MISMATCH instead of going another way than what is recorded. @default false */
  strict?: boolean;
}

/** A guest that was put to sleep. */
export interface SleepingGuest {
  /** The machine as the difference to its base image, compressed, with what its host has to know. */
  image: Uint8Array;
  /** Identifies the engine that can wake it: the digest of its module and base image. */
  engine: string;
  /** The numbers of the operations that it waits for. */
  open: number[];
  /** The number of the row of its input that it waits for. Absent if it waits for none. */
  row?: number;
  /** It waits until more items of its stream are taken than these. Absent if it does not wait for room. */
  room?: number;
  /** How many operations it has asked for. */
  operations: number;
  /** What it read since its last message, for the case that the image can't be used. */
  readings?: ReadingsSince;
  /** The number of the first message whose readings are not all in the image. */
  readingsFrom: number;
  /** It has learned that its run is cancelled. @default false */
  cancelled?: boolean;
}

/** The highest values of what a run may ask for. */
export const DURABLE_LIMITS = {
  /** Operations of a run, and the number at which it is warned. */
  operations: 100_000,
  warnOperations: 50_000,
  /** The journal of a run, bytes of requests and results, and the size at which it is warned. */
  journalBytes: 64 * 1024 * 1024,
  warnJournalBytes: 32 * 1024 * 1024,
  /** Items of one map, and the number from which the run is warned. */
  fanOut: 10_000,
  warnFanOut: 5_000,
  /** The value of a signal or of `emit`, bytes of JSON. */
  valueBytes: 1024 * 1024,
  /** The longest wait, ms: ten years. */
  waitMs: 10 * 366 * 24 * 60 * 60 * 1000,
  /** Items of a stream that wait for a slow reader: their number, and bytes of JSON. */
  streamItems: 1_000,
  streamBytes: 1024 * 1024,
} as const;

/** The concurrency of `map` and `forEach`. */
export const DEFAULT_MAP_CONCURRENCY = 16;
