import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";

/** A job's or execution's error in one text, with its type unless the message begins with that; "" for none. */
export function errorText(error: JsonValue | undefined): string {
  if (!isObject(error)) return "";
  const { type, code, message }: JsonObject = error;
  const kind = String(type ?? code);
  const text = String(message);
  return text.startsWith(kind) ? text : `${kind}: ${text}`;
}

/** The beginning of it, for a table. */
export function errorLine(error: JsonValue | undefined): string {
  return (errorText(error).split("\n")[0] ?? "").slice(0, 100);
}
