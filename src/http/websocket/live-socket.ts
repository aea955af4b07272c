import type { Duplex } from "node:stream";
import { HttpFailure } from "../../domain/http.ts";
import {
  heldFor,
  type OpenSocket,
  type SocketEnd,
  type SocketListener,
  type SocketMessage,
} from "../../domain/websocket.ts";
import { systemErrorCode } from "../../lib/system-error.ts";
import { nextTurn } from "../body-buffer.ts";
import { readClose } from "./close-frame.ts";
import { FrameError } from "./frame-header.ts";
import { FrameReader, type FrameReaderOptions } from "./frame-reader.ts";
import { closePayload, OPCODE } from "./frame-writer.ts";
import { INFLATER_BYTES } from "./inflate.ts";
import { Outgoing } from "./outgoing.ts";

/** What a connection was opened with. */
export interface LiveSocketOptions {
  stream: Duplex;
  /** What has arrived after the handshake. */
  rest: Uint8Array;
  protocol: string;
  extensions: string;
  maxMessageBytes: number;
  /** See {@link FrameReaderOptions}. */
  inflate: FrameReaderOptions["inflate"];
  /** The other end, for messages: `WebSocket ws://host/path`. */
  name: string;
}

/** How much the owner may hold of what has arrived before reading stops, in bytes: see {@link heldFor}. */
const WINDOW = 256 * 1024;
/** Messages are passed to the owner in batches of about this many bytes. */
const BATCH = 64 * 1024;
/** How much is read before everything else in the process has its turn, in bytes. */
const SLICE = 16 * 1024;
/** The same, in messages. */
const MESSAGES_IN_A_TURN = 1_000;
/** How long the peer may take to respond to a close frame, ms. */
const CLOSE_MS = 5_000;
/** How long the system may take to deliver what was written when nobody listens any more, ms. */
const LEAVE_MS = 1_000;
const GOING_AWAY = 1001;

/** A WebSocket over an open connection. */
export class LiveSocket implements OpenSocket {
  readonly protocol: string;
  readonly extensions: string;
  readonly closed: Promise<void>;
  readonly #stream: Duplex;
  readonly #outgoing: Outgoing;
  readonly #reader: FrameReader;
  readonly #input: Uint8Array[];
  #listener: SocketListener | undefined;
  #batch: SocketMessage[] = [];
  #batchBytes = 0;
  /** What the owner holds, in bytes. */
  #unreleased = 0;
  /** How many messages have arrived since everything else had its turn. */
  #inTurn = 0;
  /** Continues reading when the owner has let go of enough. */
  #resume: (() => void) | undefined;
  #reading = false;
  /** The connection gives nothing more. */
  #exhausted = false;
  #lost: unknown;
  #closeSent = false;
  #isOver = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: LiveSocketOptions) {
    const { stream, rest, maxMessageBytes, inflate } = options;
    this.protocol = options.protocol;
    this.extensions = options.extensions;
    this.#stream = stream;
    this.#input = rest.length > 0 ? [rest] : [];
    this.#outgoing = new Outgoing(stream, (bytes) => {
      if (!this.#isOver) this.#listener?.sent(bytes);
    });
    this.#reader = new FrameReader({
      maxMessageBytes,
      inflate,
      sink: {
        message: (message) => this.#arrived(message),
        control: (opcode, payload) => this.#control(opcode, payload),
        holds: (bytes) => this.#holds(bytes),
      },
    });
    stream.pause();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.closed = promise;
    stream.on("close", () => {
      clearTimeout(this.#timer);
      resolve();
    });
    stream.on("error", (error) => this.#lose(error));
    stream.on("end", () => this.#lose(undefined));
    stream.on("close", () => this.#lose(undefined));
  }

  start(listener: SocketListener): void {
    this.#listener = listener;
    this.#stream.on("data", (bytes: Uint8Array) => {
      this.#input.push(bytes);
      void this.#read();
    });
    void this.#read();
  }

  send(message: SocketMessage): void {
    this.#outgoing.message(message);
  }

  close(code: number | undefined, reason: string): void {
    if (this.#isOver || this.#closeSent) return;
    this.#closeSent = true;
    this.#outgoing.close(closePayload(code, reason));
    this.#timer = setTimeout(() => {
      this.#end({
        code: 1006,
        reason: "",
        wasClean: false,
        problem: this.#says("the server did not close the connection"),
      });
    }, CLOSE_MS);
  }

  took(bytes: number): void {
    this.#unreleased -= bytes;
    if (this.#unreleased < WINDOW) this.#resume?.();
    if (!this.#reading && !this.#isOver) this.#listener?.holds(this.#total(0))?.catch(() => {});
  }

  leave(): void {
    this.#isOver = true;
    this.#resume?.();
    this.#reader.close();
    if (!this.#closeSent) this.#outgoing.closeNow(closePayload(GOING_AWAY, ""));
    this.#finish();
  }

  /** Reads what has arrived. The connection is read on only when this was taken. */
  async #read(): Promise<void> {
    if (this.#reading || this.#listener === undefined) return;
    this.#reading = true;
    this.#stream.pause();
    try {
      for (let bytes = this.#input.shift(); bytes !== undefined; bytes = this.#input.shift()) {
        for (let at = 0; at < bytes.length && !this.#isOver; at += SLICE) {
          if (at > 0) await nextTurn();
          await this.#reader.read(bytes.subarray(at, at + SLICE));
          this.#passOn();
        }
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#reading = false;
    if (this.#isOver) return;
    if (this.#exhausted) this.#endLost();
    else this.#stream.resume();
  }

  #arrived(message: SocketMessage): Promise<void> | undefined {
    if (this.#isOver) return undefined;
    const cost = heldFor(message);
    this.#batch.push(message);
    this.#batchBytes += cost;
    this.#unreleased += cost;
    if (this.#batchBytes >= BATCH || this.#unreleased >= WINDOW) this.#passOn();
    this.#inTurn += 1;
    const room = this.#listener?.holds(this.#total(0));
    const next = this.#unreleased >= WINDOW ? this.#release() : this.#turn();
    return room === undefined ? next : room.then(() => next);
  }

  /** Resolves when the owner has let go of enough. */
  #release(): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#resume = () => {
      this.#resume = undefined;
      resolve();
    };
    return promise;
  }

  /** Now and then, resolves after everything else. */
  #turn(): Promise<void> | undefined {
    if (this.#inTurn < MESSAGES_IN_A_TURN) return undefined;
    this.#inTurn = 0;
    return nextTurn();
  }

  #passOn(): void {
    if (this.#batch.length === 0 || this.#isOver) return;
    const messages = this.#batch;
    this.#batch = [];
    this.#batchBytes = 0;
    this.#listener?.messages(messages);
  }

  #holds(capacity: number): Promise<void> | undefined {
    return this.#listener?.holds(this.#total(capacity));
  }

  /** @param capacity how many bytes of memory the reader will have */
  #total(capacity: number): number {
    const inflater = this.options.inflate === undefined ? 0 : INFLATER_BYTES;
    return this.#unreleased + Math.max(capacity, this.#reader.held) + inflater;
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (this.#isOver) return;
    if (opcode === OPCODE.ping) this.#outgoing.pong(payload);
    if (opcode !== OPCODE.close) return;
    const { code, reason } = readClose(payload);
    this.#passOn();
    if (!this.#closeSent) this.#outgoing.closeNow(closePayload(code === 1005 ? undefined : code, ""));
    this.#closeSent = true;
    this.#end({ code, reason, wasClean: true });
  }

  /** The connection is gone, but what has arrived before still counts. */
  #lose(error: unknown): void {
    this.#lost ??= error;
    this.#exhausted = true;
    if (!this.#reading && this.#listener !== undefined) this.#endLost();
  }

  #endLost(): void {
    this.#passOn();
    const code = systemErrorCode(this.#lost);
    const why = code === undefined ? "" : ` (${code})`;
    const problem = this.#says(`the connection was lost before it was closed${why}`);
    this.#end({ code: 1006, reason: "", wasClean: false, problem });
  }

  /** Ends the connection because of what has arrived, or because there is no room for it. */
  #fail(error: unknown): void {
    if (error instanceof FrameError) {
      if (!this.#closeSent) this.#outgoing.closeNow(closePayload(error.status, ""));
      this.#closeSent = true;
      const tooLarge = error.status === 1009;
      this.#passOn();
      return this.#end({ code: 1006, reason: "", wasClean: false, problem: this.#says(error.message), tooLarge });
    }
    const problem = error instanceof HttpFailure ? error.message : "the connection failed";
    this.#end({ code: 1006, reason: "", wasClean: false, problem: this.#says(problem) });
  }

  #end(end: SocketEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#reader.close();
    this.#listener?.ended(end);
    this.#finish();
  }

  /** Lets the system deliver what was written, for a moment, and closes the connection. */
  #finish(): void {
    clearTimeout(this.#timer);
    this.#input.length = 0;
    const stream = this.#stream;
    if (stream.destroyed) return;
    stream.end();
    stream.resume();
    this.#timer = setTimeout(() => stream.destroy(), LEAVE_MS);
  }

  #says(problem: string): string {
    return `${this.options.name}: ${problem}`;
  }
}
