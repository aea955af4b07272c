import type { SocketMessage } from "../../domain/websocket.ts";
import { FrameError, type FrameHeader, headerLength, readHeader } from "./frame-header.ts";
import { OPCODE } from "./frame-writer.ts";
import type { Inflater } from "./inflate.ts";
import { MessageBuffer } from "./message-buffer.ts";

/** Where a reader takes the frames to. If a function returns a promise, reading waits for it. */
export interface FrameSink {
  message(message: SocketMessage): Promise<void> | undefined;
  /** A ping, a pong or a close. */
  control(opcode: number, payload: Uint8Array): void;
  /** The reader will have this many bytes of memory. */
  holds(bytes: number): Promise<void> | undefined;
}

/** What a reader works with. */
export interface FrameReaderOptions {
  /** Maximum size of a message, in bytes, once it is decompressed. */
  maxMessageBytes: number;
  /** Creates the decompressor, if permessage-deflate is in use. */
  inflate: ((sink: (piece: Uint8Array) => Promise<void> | undefined) => Promise<Inflater>) | undefined;
  sink: FrameSink;
}

/** So many frames that complete no message are read at a time. Then everything else in the process has its turn. */
const FRAMES_AT_ONCE = 256;
/** And then there is a pause, ms: nothing else slows down a server that sends only such frames. */
const PAUSE_MS = 5;
const LONGEST_HEADER = 10;

/** Reads the frames of one connection from a server, however they are cut into pieces (RFC 6455, section 5). */
export class FrameReader {
  readonly #head = new Uint8Array(LONGEST_HEADER);
  #headLength = 0;
  #frame: FrameHeader | undefined;
  /** How many bytes of the frame's payload are still to come. */
  #left = 0;
  /** The first frame of the message that is incomplete. */
  #first: FrameHeader | undefined;
  readonly #message: MessageBuffer;
  readonly #control = new MessageBuffer(LONGEST_CONTROL);
  #inflater: Inflater | undefined;
  #idleFrames = 0;
  readonly #text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(private readonly options: FrameReaderOptions) {
    this.#message = new MessageBuffer(options.maxMessageBytes);
  }

  /** How many bytes of memory the reader has. */
  get held(): number {
    return this.#message.capacity;
  }

  /** Reads the next piece. @throws {FrameError} for a violation of the protocol, or a message that is too large */
  async read(bytes: Uint8Array): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      if (this.#frame === undefined) {
        at += this.#readHead(bytes.subarray(at, at + LONGEST_HEADER));
        if (this.#frame === undefined) continue;
      } else {
        const piece = bytes.subarray(at, at + this.#left);
        at += piece.length;
        this.#left -= piece.length;
        const stored = this.#store(this.#frame, piece);
        if (stored !== undefined) await stored;
      }
      if (this.#left > 0) continue;
      const ended = this.#endFrame(this.#frame);
      if (ended !== undefined) await ended;
    }
  }

  close(): void {
    this.#inflater?.close();
  }

  /** @returns how many of the bytes belong to the header */
  #readHead(bytes: Uint8Array): number {
    const wanted = this.#headLength < 2 ? 2 : headerLength(this.#head[1] ?? 0);
    const piece = bytes.subarray(0, wanted - this.#headLength);
    this.#head.set(piece, this.#headLength);
    this.#headLength += piece.length;
    if (this.#headLength >= 2 && this.#headLength === headerLength(this.#head[1] ?? 0)) {
      this.#begin(readHeader(this.#head.subarray(0, this.#headLength), this.options.inflate !== undefined));
      this.#headLength = 0;
    }
    return piece.length;
  }

  #begin(frame: FrameHeader): void {
    this.#frame = frame;
    this.#left = frame.length;
    if (frame.opcode >= OPCODE.close) return;
    const isContinuation = frame.opcode === OPCODE.continuation;
    if (isContinuation && this.#first === undefined) {
      throw new FrameError(1002, "the server continued a message that it had not begun");
    }
    if (!isContinuation && this.#first !== undefined) {
      throw new FrameError(1002, "the server began a message before it had ended the one before");
    }
    this.#first ??= frame;
    // Not after most of it has arrived.
    if (!this.#first.isCompressed) this.#message.capacityFor(frame.length);
  }

  #store({ opcode }: FrameHeader, piece: Uint8Array): Promise<void> | undefined {
    if (opcode >= OPCODE.close) {
      this.#control.add(piece);
      return undefined;
    }
    return this.#first?.isCompressed === true ? this.#inflate(piece) : this.#keep(piece);
  }

  /** Adds to the message once there is room for it. */
  #keep(piece: Uint8Array): Promise<void> | undefined {
    const capacity = this.#message.capacityFor(piece.length);
    const room = capacity > this.#message.capacity ? this.options.sink.holds(capacity) : undefined;
    if (room === undefined) {
      this.#message.add(piece);
      return undefined;
    }
    return room.then(() => this.#message.add(piece));
  }

  async #inflate(piece: Uint8Array): Promise<void> {
    this.#inflater ??= await this.options.inflate?.((inflated) => this.#keep(inflated));
    await this.#inflater?.write(piece);
  }

  #endFrame(frame: FrameHeader): Promise<void> | undefined {
    this.#frame = undefined;
    if (frame.opcode >= OPCODE.close) {
      this.options.sink.control(frame.opcode, this.#control.take());
      return this.#rest();
    }
    return frame.isFinal ? this.#endMessage(this.#first ?? frame) : this.#rest();
  }

  #endMessage(first: FrameHeader): Promise<void> | undefined {
    this.#first = undefined;
    return first.isCompressed ? this.#finishInflating(first) : this.options.sink.message(this.#taken(first));
  }

  async #finishInflating(first: FrameHeader): Promise<void> {
    // A message of empty frames is empty, whatever its first frame says.
    if (this.#inflater !== undefined) await this.#inflater.finish();
    await this.options.sink.message(this.#taken(first));
  }

  #taken({ opcode }: FrameHeader): SocketMessage {
    this.#idleFrames = 0;
    const bytes = this.#message.take();
    if (opcode === OPCODE.binary) return bytes;
    try {
      return this.#text.decode(bytes);
    } catch {
      throw new FrameError(1007, "the server sent text that is not UTF-8");
    }
  }

  #rest(): Promise<void> | undefined {
    this.#idleFrames += 1;
    if (this.#idleFrames < FRAMES_AT_ONCE) return undefined;
    this.#idleFrames = 0;
    return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

const LONGEST_CONTROL = 125;
