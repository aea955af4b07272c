import { HttpFailure } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { formatSize } from "../../lib/size.ts";

/** Maximum number of stand-ins that are replaced in one request. */
export const MAX_INSERTIONS = 1_000;

/** Maximum size of all values that are inserted into one request, in the forms of their places, bytes. */
export const MAX_INSERTED_BYTES: number = 256 * 1024;

/** Counts what is inserted into one request. A task chooses how many stand-ins it writes, so the work has to have a bound. */
export class InsertionBudget {
  #insertions = 0;
  #bytes = 0;

  /** @param onInserted called with the name of each secret that is inserted */
  constructor(private readonly onInserted: (name: string) => void = () => undefined) {}

  /**
   * Counts a value before it becomes part of the request.
   * @param written the value in the form of its place
   * @throws {HttpFailure} `invalid-request` if the request has too many values, or too long ones
   */
  take({ name }: StandIn, written: string): string {
    this.#insertions += 1;
    if (this.#insertions > MAX_INSERTIONS) {
      const message = `the secret ${name} can't be inserted: a request can have at most ${MAX_INSERTIONS} stand-ins`;
      throw new HttpFailure("invalid-request", message);
    }
    this.#bytes += written.length;
    if (this.#bytes > MAX_INSERTED_BYTES) {
      const limit = formatSize(MAX_INSERTED_BYTES);
      const message = `the secret ${name} can't be inserted: a request can have at most ${limit} of values of secrets`;
      throw new HttpFailure("invalid-request", message);
    }
    this.onInserted(name);
    return written;
  }
}
