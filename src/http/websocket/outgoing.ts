import type { Duplex } from "node:stream";
import type { SocketMessage } from "../../domain/websocket.ts";
import { encodeFrame, OPCODE, type Opcode } from "./frame-writer.ts";

/** Longer messages are sent in fragments of this many bytes, so that each takes little of the process's time. */
const FRAGMENT = 128 * 1024;

/** A message or the close frame, as far as it was not sent yet. */
interface Entry {
  opcode: Opcode;
  payload: Uint8Array;
}

/** What one connection has to send. It goes out as fast as the peer reads. */
export class Outgoing {
  readonly #queue: Entry[] = [];
  #pong: Uint8Array | undefined;
  #full = false;
  #sent = 0;
  #ended = false;

  /** @param onSent called with the number of bytes of messages that were passed to the system */
  constructor(
    private readonly stream: Duplex,
    private readonly onSent: (bytes: number) => void,
  ) {
    stream.on("drain", () => {
      this.#full = false;
      this.#pump();
    });
  }

  message(message: SocketMessage): void {
    const isText = typeof message === "string";
    this.#add({ opcode: isText ? OPCODE.text : OPCODE.binary, payload: isText ? Buffer.from(message) : message });
  }

  /** Sends a close frame after everything else. Nothing follows it. */
  close(payload: Uint8Array): void {
    this.#add({ opcode: OPCODE.close, payload });
    this.#ended = true;
  }

  /** Sends a close frame in place of everything that was not sent yet. */
  closeNow(payload: Uint8Array): void {
    this.#queue.length = 0;
    this.close(payload);
  }

  /** Responds to a ping. Of several that can't be sent at the moment, the last one counts (RFC 6455, section 5.5.3). */
  pong(payload: Uint8Array): void {
    if (this.#ended) return;
    this.#pong = payload;
    this.#pump();
  }

  #add(entry: Entry): void {
    if (this.#ended) return;
    this.#queue.push(entry);
    this.#pump();
  }

  #pump(): void {
    while (!this.#full) {
      const pong = this.#pong;
      this.#pong = undefined;
      if (pong !== undefined) {
        this.#write(encodeFrame(OPCODE.pong, pong), 0);
        continue;
      }
      const entry = this.#queue[0];
      if (entry === undefined) return;
      this.#writeFragment(entry);
    }
  }

  #writeFragment(entry: Entry): void {
    const { opcode, payload } = entry;
    const isFinal = payload.length <= FRAGMENT;
    const piece = payload.subarray(0, FRAGMENT);
    if (isFinal) this.#queue.shift();
    entry.opcode = OPCODE.continuation;
    entry.payload = payload.subarray(piece.length);
    this.#write(encodeFrame(opcode, piece, isFinal), opcode === OPCODE.close ? 0 : piece.length);
  }

  /** @param counted how many bytes of a message are in the frame */
  #write(frame: Uint8Array, counted: number): void {
    if (this.stream.destroyed) {
      this.#full = true;
      return;
    }
    const report = (error?: Error | null) => {
      if (!error && counted > 0) this.#report(counted);
    };
    if (!this.stream.write(frame, report)) this.#full = true;
  }

  /** Many messages are often sent in one turn. */
  #report(bytes: number): void {
    if (this.#sent === 0) {
      setImmediate(() => {
        const sent = this.#sent;
        this.#sent = 0;
        this.onSent(sent);
      });
    }
    this.#sent += bytes;
  }
}
