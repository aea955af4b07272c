import { Refusal } from "./refusal.ts";

/** What one request has of the memory for bodies. */
export interface BodyLease {
  /** @throws {Refusal} 503 when requests that came before have too much of it */
  take(bytes: number): void;
  /** Gives all back: the request is answered. */
  release(): void;
}

/** Bodies as small as this are always taken, bytes. */
const SMALL = 256 * 1024;

/**
 * Memory for bodies of requests that are being read or worked on. Each may be as large as a body may be, but not very
 * many at once: those who send them try again a little later.
 */
export function createBodyMemory(maxBytes: number): () => BodyLease {
  let taken = 0;
  return () => {
    let own = 0;
    return {
      take(bytes) {
        if (own + bytes > SMALL && taken > 0 && taken + bytes > maxBytes) {
          const message = `Bodies of ${taken} bytes are being worked on already; the limit is ${maxBytes} bytes at once.`;
          const headers = { connection: "close", "retry-after": "1" };
          throw new Refusal(
            503,
            "TOO_MUCH_AT_ONCE",
            message,
            "Try again a little later, or send less at once.",
            headers,
          );
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
}
