import type { DurableEvent, DurableMessage, DurableStart } from "../domain/durable.ts";
import type { ExecutionOutcome, LogEntry } from "../domain/execution.ts";
import type { FixedSources } from "../domain/fixed-sources.ts";
import type { HttpSend } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { ExecutionLimits } from "../domain/limits.ts";
import type { Journal } from "../domain/recording.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { Program } from "../domain/task.ts";

/** What a task's function gets as its second argument, in addition to `signal` and `progress()`. */
export interface GuestContext {
  executionId: string;
  /** The first attempt is 1. */
  attempt: number;
  /** The firing time of the schedule that enqueued the job, ISO 8601 in UTC. Absent without a schedule. */
  scheduledAt?: string;
  task: { uuid: string; version: string; label: string };
  secrets: Record<string, string>;
}

/** What a durable run has of its host. */
export interface DurableSession {
  start: DurableStart;
  /** Called once before anything else. @param send tells the run what happens; ignored once it has ended or sleeps */
  attach(send: (event: DurableEvent) => void): void;
  /** Carries out what the run asks for. @param seed of the run, with every message */
  receive(message: DurableMessage, seed: string): void;
}

/** One execution of one program on a pristine machine. */
export interface SandboxRequest {
  /** The name of the engine that runs it. */
  engine: string;
  program: Program;
  /**
   * JSON text that the caller has checked. Values with up to 1,000 levels of nesting pass in and out of every engine under
   * the default stack limit; deeper ones may end with STACK_LIMIT.
   */
  inputJson: ShareableText;
  context: GuestContext;
  limits: ExecutionLimits;
  /** Every fetch throws the typed error for a response that is not 2xx. @default false */
  throwHttpErrors?: boolean;
  /** The IANA name of the time zone that the task's dates are in. @default "UTC" */
  timeZone?: string | undefined;
  /** The outbound chain for this execution. */
  http: HttpSend;
  /** Ends the execution with CANCELLED at any moment. */
  signal?: AbortSignal | undefined;
  /** Somebody waits for the execution, so it starts before all others that have not begun. @default false */
  urgent?: boolean | undefined;
  /** Called when a thread takes the execution, with a function that says whether the guest only waits now. */
  onCarried?: ((isWaiting: () => boolean) => void) | undefined;
  /** If it returns a promise, the guest waits for it, so that it writes no faster than its lines are received. */
  onLog?: ((entry: LogEntry) => unknown) | undefined;
  /**
   * Called instead of `onLog` with each piece of a message that is too long for one entry.
   * @param separator what was left out between this piece and the next one; null for the last piece
   * @default `onLog` gets the pieces as entries
   */
  onLogPiece?: ((entry: LogEntry, separator: string | null) => unknown) | undefined;
  onProgress?: ((value: JsonValue) => void) | undefined;
  /** Called when the task reads a member of `context.secrets` for the first time. */
  onSecretRead?: ((name: string) => void) | undefined;
  /** Called once, when the execution has ended. If it is given, the execution is recorded. */
  onJournal?: ((journal: Journal) => void) | undefined;
  /**
   * A longer journal is dropped, and the execution goes on, bytes. A journal of nothing is left out. The program need not
   * be loaded again: an image of it exists only if loading read nothing that a journal has. @default a long journal ends the execution
   */
  maxJournalBytes?: number | undefined;
  /** Run with this journal's clock, randomness and order of deliveries. */
  replay?: Journal | undefined;
  /** Run with a fixed clock or seed. It has no effect on a replay. */
  fixed?: FixedSources | undefined;
  /**
   * Carries out what the task asks for durably. What it waits for then does not count towards its time limit, and `signal` ends it
   * without its `finally` blocks: the event `cancel` ends it with them. @default durable methods are refused
   */
  durable?: DurableSession | undefined;
}

/** Runs programs on the engines that they ask for. Every executor passes tests/conformance/ with every engine. */
export interface Executor {
  /**
   * Never rejects for anything that the guest did: the outcome says it. An engine that does not exist is TASK_INVALID.
   */
  execute(request: SandboxRequest): Promise<ExecutionOutcome>;
  /** Ends everything that runs (CANCELLED) and frees the threads. */
  stop(): Promise<void>;
}
