import { RawJson } from "../../domain/raw-json.ts";
import type { ShareableText } from "../../domain/shared-text.ts";

/** A value that is kept as JSON text. It was checked when it was stored, and is shown without being read. */
export function storedValue(text: ShareableText): RawJson {
  return new RawJson(text);
}

/** The same for a text that may be absent. */
export function storedValueOrNull(text: ShareableText | null): RawJson | null {
  return text === null ? null : storedValue(text);
}
