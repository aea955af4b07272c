import { collectBody } from "../../../http/body-reader.ts";
import type { FetchedStream } from "../../engine/engine-request.ts";

/** The largest piece that a guest gets at a time, bytes. */
const PIECE = 64 * 1024;

/** The body of a response that has not arrived as a whole yet. The guest reads it piece by piece, or wants all of it at once. */
export class OpenBody {
  /** The guest has asked for a piece. */
  isStreamed = false;
  /** What has arrived and does not fit into the guest's piece. */
  #left: Uint8Array | undefined;

  constructor(
    private readonly stream: FetchedStream,
    private readonly limit: number,
  ) {}

  /**
   * Returns the next piece, undefined at the end.
   * @param arrived is called with the number of bytes that have arrived before any of them is returned
   * @throws {HttpFailure}
   */
  async piece(arrived: (bytes: number) => void): Promise<Uint8Array | undefined> {
    this.isStreamed = true;
    let bytes = this.#left;
    if (bytes === undefined) {
      bytes = await this.stream.read();
      if (bytes === undefined) return undefined;
      arrived(bytes.length);
    }
    this.#left = bytes.length > PIECE ? bytes.subarray(PIECE) : undefined;
    return bytes.length > PIECE ? bytes.subarray(0, PIECE) : bytes;
  }

  /** Returns the whole body, of which no piece was read. @throws {HttpFailure} {Stop} */
  all(): Promise<Uint8Array> {
    return this.stream.all?.() ?? collectBody(this.stream, { limit: this.limit });
  }

  cancel(): void {
    this.stream.cancel();
  }
}
