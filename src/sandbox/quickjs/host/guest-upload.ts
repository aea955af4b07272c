import { type HttpBodyReader, HttpFailure } from "../../../domain/http.ts";
import type { RequiredMemory } from "./host-memory.ts";

/** What a request's body that the guest sends in pieces works with. */
export interface GuestUploadContext {
  memory: RequiredMemory;
  /** Asks the guest for the next piece. */
  ask: () => void;
}

/** The body of a request, for which the guest is asked piece by piece: each when the one before was passed on. */
export class GuestUpload implements HttpBodyReader {
  #wanted: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** How many bytes are counted for the piece that is on its way. */
  #held = 0;

  constructor(private readonly context: GuestUploadContext) {}

  /** Does somebody wait for a piece? */
  get isWanted(): boolean {
    return this.#wanted !== undefined;
  }

  read(): Promise<Uint8Array | undefined> {
    this.#release();
    this.#wanted = Promise.withResolvers();
    this.#wanted.promise.catch(() => undefined); // when the call ends, nobody may wait for it any more
    this.context.ask();
    return this.#wanted.promise;
  }

  /** Takes a piece that was asked for. @throws {Stop} MEMORY_LIMIT */
  give(piece: Uint8Array | undefined): void {
    const wanted = this.#wanted;
    if (wanted === undefined) return;
    this.context.memory.require(piece?.length ?? 0);
    this.#held = piece?.length ?? 0;
    this.#wanted = undefined;
    wanted.resolve(piece);
  }

  cancel(): void {
    this.#release();
    this.#wanted?.reject(new HttpFailure("aborted", "the request was aborted"));
    this.#wanted = undefined;
  }

  #release(): void {
    this.context.memory.release(this.#held);
    this.#held = 0;
  }
}
