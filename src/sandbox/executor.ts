import type { ExecutionOutcome, LogEntry } from "../domain/execution.ts";
import type { HttpSend } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { ExecutionLimits } from "../domain/limits.ts";
import type { Journal } from "../domain/recording.ts";
import type { Program } from "../domain/task.ts";

/** What a task's function gets as its second argument, beside `signal` and `progress()`. */
export interface GuestContext {
  executionId: string;
  /** From 1. */
  attempt: number;
  /** The firing of a schedule that it is for: ISO 8601 in UTC. Absent without a schedule. */
  scheduledAt?: string;
  task: { uuid: string; version: string; label: string };
  secrets: Record<string, string>;
}

/** One execution of one program on a pristine machine. */
export interface SandboxRequest {
  program: Program;
  /**
   * JSON text; the caller has checked that it is valid. Values nested up to 1,000 deep pass in and out of every engine
   * under the default stack limit; deeper ones may end with STACK_LIMIT.
   */
  inputJson: string;
  context: GuestContext;
  limits: ExecutionLimits;
  /** A non-2xx answer raises the typed error in every fetch. @default false */
  throwHttpErrors?: boolean;
  /** The outbound chain for this execution. */
  http: HttpSend;
  /** Ends the execution with CANCELLED at any moment. */
  signal?: AbortSignal;
  /** Goes before all others that have not begun: somebody waits for it. @default false */
  urgent?: boolean;
  /** Called when a thread takes it, with what says whether the guest only waits now. */
  onCarried?: (isWaiting: () => boolean) => void;
  /** When it gives a promise, the guest waits until that resolves: it writes no faster than its lines are taken. */
  onLog?: (entry: LogEntry) => unknown;
  onProgress?: (value: JsonValue) => void;
  /** Called once, when a recorded execution ended. Asking for it turns recording on. */
  onJournal?: (journal: Journal) => void;
  /** Run with this journal's clock, randomness and order of deliveries. */
  replay?: Journal;
}

/** An engine behind one interface: every engine passes tests/conformance/. */
export interface Executor {
  readonly engine: string;
  /** Never rejects for anything the guest did: the outcome says it. */
  execute(request: SandboxRequest): Promise<ExecutionOutcome>;
  /** Ends what runs (CANCELLED) and frees threads. */
  stop(): Promise<void>;
}
