import type { JsonValue } from "../domain/json.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { ChildStreams } from "../execution/durable/memory/children.ts";
import type { Sent } from "../execution/durable/memory/live-signals.ts";
import type { DurableSession } from "../sandbox/executor.ts";
import type { RequestSpan } from "../telemetry/tracing/request-traces.ts";

/** A direct execution. The caller has found the task and checked the input. */
export interface DirectRequest {
  taskId: number;
  /** Exact version. @default the latest version */
  version?: string;
  inputJson: ShareableText;
  /** The request that asks for it. @default none: it has a trace of its own */
  origin?: RequestSpan;
  /** Cancels the execution when it aborts. */
  signal?: AbortSignal;
  /** How deep in calls of other direct executions it is. @default 0 */
  depth?: number;
  /** What it has of the streams between the steps of a workflow. @default nothing */
  streams?: ChildStreams;
}

/** A signal for a direct execution. */
export interface DirectSignal {
  name: string;
  payload: JsonValue;
  /** A repeat with the same key is not delivered again. */
  idempotencyKey?: string | undefined;
}

/** What became of a signal. Those that were taken or kept are numbered for each execution. */
export type SentDirectly =
  | { id: number; status: "delivered" | "kept"; repeated: boolean }
  /** Another signal had the idempotency key. */
  | { isOther: true }
  | Exclude<Sent, { status: string }>;

/** What carries out what one direct execution asks for durably. */
export interface DirectRun {
  session: DurableSession;
  /** Sends it a signal, which is kept if nothing waits for it yet. */
  send(name: string, payload: JsonValue): Sent;
  /** Cancels it gracefully. @returns false if it has asked for nothing durable, so that it has nothing to clean up */
  cancel(): boolean;
  /**
   * The execution has ended: what is open is cancelled.
   * @returns the input with which the run begins again, if it has asked for that; once what it has emitted is stored
   */
  end(): Promise<string | undefined>;
}

/** What a {@link DirectRun} has around it. */
export interface DirectSurroundings {
  executionId: number;
  taskId: number;
  /** How deep in calls of other direct executions it is. */
  depth: number;
  streams: ChildStreams;
  /** Adds a line to the console of the execution. */
  warn: (message: string) => void;
}

/** Opens the run of a direct execution. */
export type OpenDirectRun = (task: TaskDefinition, around: DirectSurroundings) => DirectRun;
