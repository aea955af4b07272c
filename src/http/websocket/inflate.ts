import type { InflateRaw } from "node:zlib";
import { FrameError } from "./frame-header.ts";

/** What a deflate stream leaves out at the end of a message (RFC 7692, section 7.2.1). */
const TAIL = Uint8Array.of(0, 0, 0xff, 0xff);
/** Roughly what one decompressor takes: its window, and the tables of its codes, in bytes. */
export const INFLATER_BYTES: number = 64 * 1024;

/** Where a decompressor puts what it has. If it returns a promise, decompression waits for it. */
export type InflatedSink = (piece: Uint8Array) => Promise<void> | undefined;

/** The decompressor of one connection (RFC 7692). The work is done on a thread of its own, piece by piece. */
export interface Inflater {
  /** Decompresses a part of a message. @throws {FrameError} 1007 if it is damaged; whatever the sink throws */
  write(piece: Uint8Array): Promise<void>;
  /** The message is complete. */
  finish(): Promise<void>;
  close(): void;
}

/** @param keepsWindow messages refer to earlier ones (the server was not asked, or did not agree, to do without) */
export async function createInflater(keepsWindow: boolean, sink: InflatedSink): Promise<Inflater> {
  const { constants, createInflateRaw } = await import("node:zlib");
  let stream: InflateRaw | undefined;
  let failure: unknown;
  let waiting: Promise<void> | undefined;

  function open(): InflateRaw {
    const made = createInflateRaw({ flush: constants.Z_SYNC_FLUSH });
    const fail = (error: unknown) => {
      failure ??= error;
      made.destroy();
    };
    made.on("error", () => fail(new FrameError(1007, "the server sent compressed data that is damaged")));
    made.on("data", (piece: Uint8Array) => {
      if (failure !== undefined) return;
      try {
        waiting = sink(piece);
      } catch (error) {
        return fail(error);
      }
      if (waiting === undefined) return;
      made.pause();
      waiting.then(() => made.resume(), fail);
    });
    return made;
  }

  /** Resolves when everything that was written has come out. */
  function pass(piece: Uint8Array): Promise<void> {
    stream ??= open();
    const made = stream;
    return new Promise((resolve, reject) => {
      const end = () => {
        made.off("close", end);
        if (failure === undefined) resolve();
        else reject(failure);
      };
      made.once("close", end);
      made.write(piece, () => {
        if (failure === undefined) made.flush(end);
      });
    });
  }

  return {
    write: pass,
    async finish() {
      await pass(TAIL);
      await waiting;
      if (keepsWindow) return;
      stream?.destroy();
      stream = undefined;
    },
    close() {
      failure ??= new FrameError(1002, "the connection has ended");
      stream?.destroy();
    },
  };
}
