import type { HttpBodyReader } from "../domain/http.ts";
import { BodyBuffer, nextTurn } from "./body-buffer.ts";

/** The thread turns to other work after so many bytes of a body. */
const MOST_IN_A_TURN = 512 * 1024;

/** How a body is collected. */
export interface Collecting {
  /** The largest size, bytes. */
  limit: number;
  /** The announced size, bytes. */
  expected?: number | undefined;
  /** See the request's member of that name. While it waits, nothing is read. */
  reserve?: ((bytes: number, expected?: number) => Promise<void> | undefined) | undefined;
}

/**
 * Reads a body to its end. Most arrive in one piece, which is returned without a copy. A large one leaves the thread to
 * others from time to time.
 * @throws {HttpFailure} of the reader; whatever `reserve` rejects with, after the reader was cancelled
 */
export async function collectBody(reader: HttpBodyReader, collecting: Collecting): Promise<Uint8Array> {
  const { expected, reserve } = collecting;
  let first: Uint8Array | undefined;
  let joined: BodyBuffer | undefined;
  let sinceTurn = 0;
  for (let piece = await reader.read(); piece !== undefined; piece = await reader.read()) {
    const room = reserve?.(piece.byteLength, expected);
    if (room !== undefined) await room.catch((error: unknown) => giveUp(reader, error));
    if (first === undefined) {
      first = piece;
      continue;
    }
    if (joined === undefined) {
      joined = new BodyBuffer();
      joined.add(first);
    }
    joined.add(piece);
    sinceTurn += piece.byteLength;
    if (sinceTurn < MOST_IN_A_TURN) continue;
    sinceTurn = 0;
    await nextTurn();
  }
  return (await joined?.end()) ?? first ?? new Uint8Array(0);
}

function giveUp(reader: HttpBodyReader, error: unknown): never {
  reader.cancel();
  throw error;
}
