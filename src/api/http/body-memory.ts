import { formatSize } from "../../lib/size.ts";
import { HttpError } from "./http-error.ts";

/** One request's share of the memory for bodies. */
export interface BodyLease {
  /** @throws {HttpError} 503 if earlier requests use too much of the memory */
  take(bytes: number): void;
  /** Returns the memory once the response is complete. */
  release(): void;
}

/** The memory for the bodies of all requests. */
export interface BodyMemory {
  /** Starts the lease of a request. */
  lease(): BodyLease;
  /** Returns how many bytes are in use. */
  taken(): number;
}

/** Bodies up to this size are always accepted, in bytes. */
const SMALL = 256 * 1024;

/**
 * Limits the memory for the bodies of all requests that are being read or handled. Each body may have the maximum size,
 * but only a few at once: other clients have to try again later.
 */
export function createBodyMemory(maxBytes: number): BodyMemory {
  let taken = 0;
  const lease = (): BodyLease => {
    let own = 0;
    return {
      take(bytes) {
        if (own + bytes > SMALL && taken > 0 && taken + bytes > maxBytes) {
          const message = `The server is already handling bodies of ${taken} bytes; the limit is ${formatSize(maxBytes)} at once.`;
          throw new HttpError(503, "TOO_MUCH_AT_ONCE", message, {
            remedy: "Try again in a moment, or send less at once.",
            headers: { connection: "close", "retry-after": "1" },
          });
        }
        own += bytes;
        taken += bytes;
      },
      release() {
        taken -= own;
        own = 0;
      },
    };
  };
  return { lease, taken: () => taken };
}
