import type { JsonValue } from "../../domain/json.ts";

/** A value that is kept as JSON text; it was checked when it was stored. */
export function storedValue(text: string): JsonValue {
  return JSON.parse(text) as JsonValue;
}

/** The same for a text that may be absent. */
export function storedValueOrNull(text: string | null): JsonValue {
  return text === null ? null : storedValue(text);
}
