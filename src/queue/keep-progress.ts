import type { JsonValue } from "../domain/json.ts";

/** The longest progress value that is kept, characters of JSON. */
const PROGRESS_LIMIT = 65_536;

/** The progress of an attempt. */
export interface KeptProgress {
  progress: JsonValue;
  progressIsNew: boolean;
  progressWasTooLarge: boolean;
}

/** Keeps the latest progress value. @returns what is to be said about one that is too large, once */
export function keepProgress(kept: KeptProgress, value: JsonValue): string | undefined {
  const size = JSON.stringify(value).length;
  if (size <= PROGRESS_LIMIT) {
    kept.progress = value;
    kept.progressIsNew = true;
    return undefined;
  }
  if (kept.progressWasTooLarge) return undefined;
  kept.progressWasTooLarge = true;
  return `progress of ${size} characters was not kept; the limit is ${PROGRESS_LIMIT}`;
}
