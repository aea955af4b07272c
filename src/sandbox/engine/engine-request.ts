import type { ErrorCode } from "../../domain/errors.ts";
import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import type { HttpRequest, HttpResponse } from "../../domain/http.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { Program } from "../../domain/task.ts";
import type { GuestContext } from "../executor.ts";

/** One execution as plain data, so that it can be posted to a Worker. */
export interface EngineRequest {
  program: Program;
  inputJson: string;
  context: GuestContext;
  limits: ExecutionLimits;
  throwHttpErrors: boolean;
  /** Keep a journal. */
  record: boolean;
  replay: Journal | undefined;
}

/** How one execution ended, as plain data. */
export interface EngineResult {
  /** JSON of the output, absent when it failed. */
  outputJson?: string;
  failure?: EngineFailure;
  usage: ResourceUsage;
  journal?: Journal;
}

/** Why an execution failed. */
export interface EngineFailure {
  code: ErrorCode;
  message: string;
  data: JsonObject;
  /** What the user can do, when that differs from what the code suggests. */
  remedy?: string;
  guest?: GuestError;
}

/** Why memory was refused: the execution's own limits, or the budget of all executions together. */
export type MemoryRefusal = "limit" | "budget";

/** What one execution needs of the thread that carries it. */
export interface ExecutionPort {
  /** @throws {HttpFailure} */
  fetch(request: HttpRequest, signal: AbortSignal): Promise<HttpResponse>;
  /** While the promise it may give is pending, the guest waits. */
  log(entry: LogEntry): void | Promise<void>;
  /** See {@link ExecutionPort.log}. */
  progress(json: string): void | Promise<void>;
  /** Asked while the guest is busy, when no event can arrive. */
  cancelled(): boolean;
  /** Calls back on cancellation while the guest waits; the result takes the callback away. */
  onCancel(callback: () => void): () => void;
  /** The guest waits for something from now on: its thread is free until that arrives. */
  waits(): void;
  /** What it waited for is there. */
  resumes(): void;
  /** Memory that the execution is about to use in all, guest and host, bytes. @returns why it may not have so much */
  useMemory(bytes: number): MemoryRefusal | undefined;
  /** The same for memory that it has already, or gives back. */
  takeMemory(bytes: number): void;
}
