import type { DurableEvent, DurableMessage, DurableStart } from "../../domain/durable.ts";
import type { LogEntry } from "../../domain/execution.ts";
import type { FlatProgram } from "../../domain/flat-program.ts";
import type { HttpFailureFacts, HttpRequest, HttpResponse } from "../../domain/http.ts";
import type { HttpFailureKind } from "../../domain/http-failure-code.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { Program } from "../../domain/task.ts";
import type { SocketMessage } from "../../domain/websocket.ts";
import type { EngineRequest, EngineResult } from "../engine/engine-request.ts";
import type { MemoryRefusal } from "../engine/memory-refusal.ts";
import type { SocketAction, SocketEvent, SocketOpening } from "../engine/socket-port.ts";
import type { AccountPlace } from "./budget.ts";

/** The first message to a Worker. */
export interface WorkerSetup {
  /** The Worker's slots; see {@link newSharedState}. */
  shared: SharedArrayBuffer;
  /** The budget of all Workers together; see budget.ts. */
  budget: SharedArrayBuffer;
}

/** Starts an engine on the Worker. It is posted in a message of its own, before the first run that needs the engine. */
export interface EngineMessage {
  engine: string;
  /** What the engine's definition has loaded. */
  assets: unknown;
}

/** An execution for a Worker. The program only travels if the Worker does not have it yet. */
export interface RunMessage {
  type: "run";
  id: number;
  /** The index of the execution's {@link STATE} in the shared state. */
  slot: number;
  engine: string;
  request: Omit<EngineRequest, "program"> & { programId: string };
  program: Program | undefined;
}

/** A program that is too large for a batch. It is posted in a message of its own, before the run that needs it. */
export type LargeProgram = FlatProgram;

/** A program of this many characters or more is a {@link LargeProgram}. */
export const LARGE_PROGRAM = 128 * 1024;

/** A response. If it is `open`, the body is read with messages of its own. */
export interface ResponseMessage {
  type: "response";
  id: number;
  call: number;
  response: Omit<HttpResponse, "stream">;
  open: boolean;
  units: number;
}

/**
 * A message to a Worker. `piece` is what a `read` has asked for, undefined at the end of the body. Messages travel in batches, in order. `units` is the argument of AccountShare.adopt; `credit`
 * says how much console output was received.
 */
export type ToWorker =
  | RunMessage
  | { type: "cancel"; id: number }
  | { type: "forget"; programId: string }
  | { type: "drop-caches" }
  | ResponseMessage
  | { type: "piece"; id: number; call: number; piece: Uint8Array | undefined; units: number }
  | { type: "failure"; id: number; call: number; kind: HttpFailureKind; message: string; facts: HttpFailureFacts }
  | { type: "wanted"; id: number; call: number }
  | { type: "credit"; size: number }
  | { type: "no-room"; id: number; call: number; refusal: MemoryRefusal }
  | { type: "socket"; id: number; call: number; event: SocketEvent }
  | { type: "durable-event"; id: number; event: DurableEvent };

/**
 * A message from a Worker. `waits` says that an execution waits for something, so that its thread is free for another one;
 * `skipped` says that an execution was withdrawn before it began. `read` asks for the next piece of a response's body, or for all
 * that is left. `upload` is the piece of a request's body that was `wanted`, undefined at its end. `separator` is only there if
 * the entry is a piece of a message; see SandboxRequest.onLogPiece.
 */
export type FromWorker =
  | { type: "done"; id: number; result: EngineResult }
  | { type: "waits"; id: number; busyMs: number }
  | { type: "skipped"; id: number }
  | { type: "log"; id: number; entry: LogEntry; separator?: string | null }
  | { type: "progress"; id: number; json: string }
  | { type: "secret"; id: number; name: string }
  | { type: "fetch"; id: number; call: number; request: Omit<HttpRequest, "upload">; uploads: boolean }
  | { type: "upload"; id: number; call: number; piece: Uint8Array | undefined }
  | { type: "read"; id: number; call: number; all: boolean }
  | { type: "abort"; id: number; call: number }
  | { type: "socket"; id: number; call: number; action: SocketAction | { type: "open"; opening: SocketOpening } }
  | { type: "durable"; id: number; message: DurableMessage; seed: string };

/** How much console output and progress reports a thread may send before the pool has received it, characters. */
export const LOG_CREDIT = 128 * 1024;

/** Returns how much of {@link LOG_CREDIT} a message of the console takes. */
export const creditFor = (text: string): number => text.length + 64;

/** How many executions one Worker can carry at a time, most of them waiting. Memory runs out first. */
export const SLOTS = 32_768;

/** The values of a slot. The pool withdraws an execution that is in line, or the thread begins it: only one succeeds. */
export const STATE = { inLine: 0, begun: 1, withdrawn: 2, cancelled: 3, waiting: 4 } as const;

/** The index of the id of the execution that has the thread now, 0 while the thread is idle. */
export const BUSY = 2 * SLOTS;

/** Returns the account of the execution that has a slot. */
export const accountPlace = (state: Int32Array, slot: number): AccountPlace => ({ state, index: SLOTS + slot });

/** The indexes of what the engines of the thread count. */
export const TALLY = {
  programResets: BUSY + 1,
  baseResets: BUSY + 2,
  machineKilobytes: BUSY + 3,
  imageKilobytes: BUSY + 4,
} as const;

/**
 * Creates the shared state of one Worker: a {@link STATE} for each slot, an account for each slot, {@link BUSY}, and the
 * {@link TALLY}.
 */
export function newSharedState(): SharedArrayBuffer {
  return new SharedArrayBuffer((TALLY.imageKilobytes + 1) * Int32Array.BYTES_PER_ELEMENT);
}

/** Longer texts are not encoded as JSON once more, characters. */
const LONG = 16 * 1024;
/** Bodies of up to this many bytes travel as text. */
const SHORT_BODY = 4 * 1024;
/** Bodies of at least this many bytes are moved to the other thread instead of being copied. */
const WORTH_MOVING = 64 * 1024;

type Message = ToWorker | FromWorker;

/**
 * Packs a batch for posting. Cloning objects costs four times as much as their JSON, so a batch without long texts or
 * bodies travels as text, in which a short body has one character for each byte. Large bodies are moved: this side loses
 * their memory.
 */
export function packBatch(messages: Message[]): { data: Message[] | string; move: ArrayBuffer[] } {
  if (!messages.some(isLong)) return { data: JSON.stringify(messages.map(withTextBody)), move: [] };
  const move = new Set<ArrayBuffer>();
  for (const message of messages) {
    const body = bodyOf(message);
    if (body !== undefined && body.byteLength >= WORTH_MOVING && body.buffer instanceof ArrayBuffer) {
      move.add(body.buffer);
    }
  }
  return { data: messages, move: [...move] };
}

/** Does a message hold a long text? Cloning copies it once; JSON would also escape and parse it. */
function isLong(message: Message): boolean {
  switch (message.type) {
    case "run":
      return (
        isLongText(message.request.inputJson) ||
        (message.program?.code.length ?? 0) > LONG ||
        isLongStart(message.request.durable)
      );
    case "done":
      return message.result.asleep !== undefined || isLongText(message.result.outputJson ?? "");
    case "durable":
      return isLongAsking(message.message);
    case "durable-event": {
      const { event } = message;
      return event.type === "settled" && event.result.ok && (event.result.json?.length ?? 0) > LONG;
    }
    case "log":
      return message.entry.message.length > LONG;
    case "progress":
      return message.json.length > LONG;
    case "socket":
      return "event" in message
        ? message.event.type === "messages" && message.event.messages.some(isLongMessage)
        : message.action.type === "send" && isLongMessage(message.action.message);
    default:
      return (bodyOf(message)?.byteLength ?? 0) > SHORT_BODY;
  }
}

/** A run that goes on has an image, or what is recorded. */
function isLongStart(start: DurableStart | undefined): boolean {
  return start !== undefined && (start.image ?? start.recorded ?? start.readings) !== undefined;
}

function isLongAsking(message: DurableMessage): boolean {
  switch (message.type) {
    case "open":
      return message.request.kind === "map" || ("input" in message.request && message.request.input.length > LONG);
    case "record":
      return message.result.ok && (message.result.json?.length ?? 0) > LONG;
    case "write":
      return message.json.length > LONG;
    case "renew":
      return message.input.length > LONG;
    default:
      return false;
  }
}

const isLongMessage = (message: SocketMessage): boolean => typeof message !== "string" || message.length > LONG;

const isLongText = (text: ShareableText): boolean => typeof text !== "string" || text.length > LONG;

function isPiece(message: Message): message is Extract<Message, { type: "piece" | "upload" }> {
  return message.type === "piece" || message.type === "upload";
}

function bodyOf(message: Message): Uint8Array | undefined {
  if (message.type === "response") return message.response.body;
  if (isPiece(message)) return message.piece;
  return message.type === "fetch" ? (message.request.body ?? undefined) : undefined;
}

function withTextBody(message: Message): unknown {
  if (message.type === "response") {
    return { ...message, response: { ...message.response, body: textOf(message.response.body) } };
  }
  if (isPiece(message) && message.piece !== undefined) return { ...message, piece: textOf(message.piece) };
  if (message.type !== "fetch" || message.request.body === null) return message;
  return { ...message, request: { ...message.request, body: textOf(message.request.body) } };
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

/** Returns the messages of a posted batch. */
export function unpackBatch<M extends Message>(batch: M[] | string): M[] {
  if (typeof batch !== "string") return batch;
  const messages = JSON.parse(batch) as M[];
  for (const message of messages) {
    if (message.type === "response") takeTextBody(message.response);
    else if (message.type === "fetch") takeTextBody(message.request);
    else if (isPiece(message) && message.piece !== undefined) message.piece = bytesOf(message.piece as never);
  }
  return messages;
}

function takeTextBody(holder: { body: unknown }): void {
  const { body } = holder;
  if (typeof body === "string") holder.body = bytesOf(body);
}

function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
