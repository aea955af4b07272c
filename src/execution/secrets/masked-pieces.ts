import type { LogEntry } from "../../domain/execution.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import type { ExecuteRequest } from "../execute.ts";

/**
 * Masks the pieces of long messages. A piece may end within a secret, so what may be the beginning of one becomes part of the
 * next entry.
 * @param onLog receives the masked entries
 */
export function maskedPieces(
  onLog: NonNullable<ExecuteRequest["onLog"]>,
  masker: Pick<SecretMasker, "text" | "openEnd">,
): NonNullable<ExecuteRequest["onLogPiece"]> {
  let held = "";
  return (entry: LogEntry, separator) => {
    const text = held + entry.message;
    const end = separator === null ? text.length : masker.openEnd(text);
    // A line feed between two pieces is left out, unless it may be in a secret.
    held = end === text.length ? "" : text.slice(end) + (separator ?? "");
    return end === 0 && separator !== null ? undefined : onLog({ ...entry, message: masker.text(text.slice(0, end)) });
  };
}
