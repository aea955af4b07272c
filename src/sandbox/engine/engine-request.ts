import type { DurableEvent, DurableMessage, DurableStart, SleepingGuest } from "../../domain/durable.ts";
import type { ErrorCode } from "../../domain/errors.ts";
import type { LogEntry, ResourceUsage } from "../../domain/execution.ts";
import type { FixedSources } from "../../domain/fixed-sources.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import type { HttpBodyReader, HttpRequest, HttpResponse } from "../../domain/http.ts";
import type { JsonObject } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { Program } from "../../domain/task.ts";
import type { GuestContext } from "../executor.ts";
import type { MemoryRefusal } from "./memory-refusal.ts";
import type { SocketAction, SocketOpening, SocketOwner } from "./socket-port.ts";

/** One execution as plain data, so that it can be posted to a Worker. */
export interface EngineRequest {
  program: Program;
  inputJson: ShareableText;
  context: GuestContext;
  limits: ExecutionLimits;
  throwHttpErrors: boolean;
  /** The IANA name of the time zone that the task's dates are in. */
  timeZone: string;
  /** Keep a journal. */
  record: boolean;
  /** See {@link SandboxRequest.maxJournalBytes}. */
  maxJournalBytes?: number | undefined;
  replay: Journal | undefined;
  fixed: FixedSources | undefined;
  /** With what a durable run begins or goes on. @default durable methods are refused */
  durable?: DurableStart | undefined;
}

/** How one execution ended, as plain data. */
export interface EngineResult {
  /** The output as JSON, absent if the execution failed. */
  outputJson?: ShareableText;
  failure?: EngineFailure;
  /** The execution sleeps, and has neither an output nor a failure. */
  asleep?: SleepingGuest;
  usage: ResourceUsage;
  journal?: Journal;
}

/** Why an execution failed. */
export interface EngineFailure {
  code: ErrorCode;
  message: string;
  data: JsonObject;
  /** What the user can do, if that differs from the code's usual remedy. */
  remedy?: string | undefined;
  guest?: GuestError | undefined;
}

/** The body of a response that the engine reads as it arrives. One thing is read at a time. */
export interface FetchedStream extends HttpBodyReader {
  /**
   * Returns everything that was not read yet, with less effort than piece by piece.
   * @throws {HttpFailure}; {Stop} if there is no memory for it
   */
  all?(): Promise<Uint8Array>;
}

/** The response to a fetch of an execution. If there is a `stream`, `body` is empty. */
export interface FetchedResponse extends Omit<HttpResponse, "stream"> {
  stream?: FetchedStream;
}

/** How a run and its host talk. */
export interface DurablePort {
  /** Called once, before anything is sent. @param take receives what happens */
  listen(take: (event: DurableEvent) => void): void;
  /** @param seed of the run, with every message */
  send(message: DurableMessage, seed: string): void;
}

/** What one execution needs from the thread that carries it. */
export interface ExecutionPort {
  /** @throws {HttpFailure} */
  fetch(request: HttpRequest, signal: AbortSignal): Promise<FetchedResponse>;
  /** Opens a WebSocket. What it holds is counted by its owner, unless the port counts. @returns what carries out actions */
  openSocket(opening: SocketOpening, owner: SocketOwner): (action: SocketAction) => void;
  /** There if the request has a `durable` start. */
  readonly durable?: DurablePort | undefined;
  /** If it returns a promise, the guest waits until the promise settles. */
  log(entry: LogEntry): void | Promise<void>;
  /** See {@link ExecutionPort.log}. */
  progress(json: string): void | Promise<void>;
  /** The guest has read this member of `context.secrets`. */
  secretRead(name: string): void;
  /** Asked while the guest computes, when no event can arrive. */
  cancelled(): boolean;
  /** Calls back on cancellation while the guest waits. Returns a function that removes the callback. */
  onCancel(callback: () => void): () => void;
  /** The guest starts to wait: its thread is free until what it waits for arrives. */
  waits(): void;
  /** What the guest waited for has arrived. */
  resumes(): void;
  /** Asks for memory. @param bytes what the execution will use in total, guest and host @returns why it can't have that */
  useMemory(bytes: number): MemoryRefusal | undefined;
  /** Reports memory that the execution already uses, or has given back. @param bytes in total, guest and host */
  takeMemory(bytes: number): void;
}
