import { RatchetError } from "./errors.ts";
import { HttpFailure } from "./http.ts";

/** Returns the error that was thrown, or an error with the text of another thrown value. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Returns the message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * Returns a {@link RatchetError} as it is. Everything else is a bug in Ratchet: it becomes the private cause of an
 * `INTERNAL` error.
 * @param message the public message. @default names the bug, for the person who runs the command
 */
export function toRatchetError(thrown: unknown, message?: string): RatchetError {
  if (thrown instanceof RatchetError) return thrown;
  const { name, message: detail } = toError(thrown);
  return new RatchetError("INTERNAL", message ?? `a bug in Ratchet: ${name}: ${detail}`, {
    remedy: "Report it with what you did before it happened.",
    cause: thrown,
  });
}

/** Returns an {@link HttpFailure} as it is. Everything else becomes a failure of the network with the same message. */
export function toHttpFailure(thrown: unknown): HttpFailure {
  return thrown instanceof HttpFailure ? thrown : new HttpFailure("network", messageOf(thrown), { cause: thrown });
}
