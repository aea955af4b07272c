import type { LogEntry } from "../../domain/execution.ts";
import type { FlatProgram } from "../../domain/flat-program.ts";
import type { HttpFailureKind, HttpRequest, HttpResponse } from "../../domain/http.ts";
import type { Program } from "../../domain/task.ts";
import type { EngineRequest, EngineResult, MemoryRefusal } from "../engine/engine-request.ts";
import type { EngineAssets } from "../quickjs/assets.ts";
import type { AccountPlace } from "./budget.ts";

/** First message to a Worker. */
export interface WorkerSetup {
  assets: EngineAssets;
  /** {@link SharedState} as memory. */
  shared: SharedArrayBuffer;
  /** Of all Workers together; see budget.ts. */
  budget: SharedArrayBuffer;
}

/** An execution on its way to a Worker; the program only travels when the Worker does not have it yet. */
export interface RunMessage {
  type: "run";
  id: number;
  /** Place of the execution's {@link STATE} in the shared state. */
  slot: number;
  request: Omit<EngineRequest, "program"> & { programId: string };
  program: Program | undefined;
}

/** A program that is too large to travel inside a batch; it goes before the run that needs it, in a message of its own. */
export type LargeProgram = FlatProgram;

/** Characters of a program from which on it travels alone. */
export const LARGE_PROGRAM = 128 * 1024;

/** To a Worker. Messages travel in batches, in order. `units` is what AccountShare.adopt takes; `credit`
 * says that so much of the console was taken.
 */
export type ToWorker =
  | RunMessage
  | { type: "cancel"; id: number }
  | { type: "forget"; programId: string }
  | { type: "answer"; id: number; call: number; response: HttpResponse; units: number }
  | { type: "failure"; id: number; call: number; kind: HttpFailureKind; message: string; code: string | undefined }
  | { type: "credit"; size: number }
  | { type: "no-room"; id: number; call: number; refusal: MemoryRefusal };

/**
 * From a Worker. `waits` says that an execution waits for something, so that its thread is free for another; `skipped`,
 * that one was withdrawn before it began.
 */
export type FromWorker =
  | { type: "done"; id: number; result: EngineResult }
  | { type: "waits"; id: number; busyMs: number }
  | { type: "skipped"; id: number }
  | { type: "log"; id: number; entry: LogEntry }
  | { type: "progress"; id: number; json: string }
  | { type: "fetch"; id: number; call: number; request: HttpRequest }
  | { type: "abort"; id: number; call: number };

/** What a thread may have sent of consoles and progress reports that was not taken yet, characters. */
export const LOG_CREDIT = 128 * 1024;

/** What a message of the console costs of {@link LOG_CREDIT}. */
export const creditFor = (text: string): number => text.length + 64;

/** Executions that one Worker can carry at a time, most of them waiting: memory gives out before. */
export const SLOTS = 32_768;

/** What a slot of the shared state says. The pool withdraws what is in line, the thread begins it: only one succeeds. */
export const STATE = { inLine: 0, begun: 1, withdrawn: 2, cancelled: 3, waiting: 4 } as const;

/** Index in the shared state of the id of the execution that has the thread now, 0 for none. */
export const BUSY = 2 * SLOTS;

/** The account of the execution that has a slot. */
export const accountPlace = (state: Int32Array, slot: number): AccountPlace => ({ state, index: SLOTS + slot });

/** Shared state of one Worker: a {@link STATE} for each slot, an account for each slot, then {@link BUSY}. */
export function newSharedState(): SharedArrayBuffer {
  return new SharedArrayBuffer((2 * SLOTS + 1) * Int32Array.BYTES_PER_ELEMENT);
}

/** Texts of more characters are not packed as JSON once more. */
const LONG = 16 * 1024;
/** Bodies of up to so many bytes travel as text. */
const SHORT_BODY = 4 * 1024;
/** Bodies from this size on are moved to the other thread, not copied, bytes. */
const WORTH_MOVING = 64 * 1024;

type Message = ToWorker | FromWorker;

/**
 * A batch as it is posted. Cloning objects costs four times as much as JSON of them, so a batch without long texts or
 * bodies travels as text, short bodies in it as one character for each byte. Large bodies are moved: their memory is gone
 * on this side.
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

/** A long text is cloned, which copies it once: as JSON it would be escaped and parsed as well. */
function isLong(message: Message): boolean {
  switch (message.type) {
    case "run":
      return message.request.inputJson.length + (message.program?.code.length ?? 0) > LONG;
    case "done":
      return (message.result.outputJson?.length ?? 0) > LONG;
    case "log":
      return message.entry.message.length > LONG;
    case "progress":
      return message.json.length > LONG;
    default:
      return (bodyOf(message)?.byteLength ?? 0) > SHORT_BODY;
  }
}

function bodyOf(message: Message): Uint8Array | undefined {
  if (message.type === "answer") return message.response.body;
  return message.type === "fetch" ? (message.request.body ?? undefined) : undefined;
}

function withTextBody(message: Message): unknown {
  if (message.type === "answer") {
    return { ...message, response: { ...message.response, body: textOf(message.response.body) } };
  }
  if (message.type !== "fetch" || message.request.body === null) return message;
  return { ...message, request: { ...message.request, body: textOf(message.request.body) } };
}

function textOf({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}

/** The messages of a posted batch. */
export function unpackBatch<M extends Message>(batch: M[] | string): M[] {
  if (typeof batch !== "string") return batch;
  const messages = JSON.parse(batch) as M[];
  for (const message of messages) {
    if (message.type === "answer") takeTextBody(message.response);
    else if (message.type === "fetch") takeTextBody(message.request);
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
