import { messageOf } from "../domain/unknown-error.ts";

/**
 * Returns why a source is unavailable, for everyone who may see its status: without private causes or a final full
 * stop.
 */
export function publicText(error: unknown): string {
  return messageOf(error).replace(/\.$/, "");
}
