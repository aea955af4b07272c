import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";

/** Formats the error of a job or execution, with its type unless the message starts with it; "" without an error. */
export function errorText(error: JsonValue | undefined): string {
  if (!isObject(error)) return "";
  const { type, code, message }: JsonObject = error;
  const kind = String(type ?? code);
  const text = String(message);
  return text.startsWith(kind) ? text : `${kind}: ${text}`;
}

/** Returns the beginning of the error's text, for a table. */
export function errorLine(error: JsonValue | undefined): string {
  return (errorText(error).split("\n")[0] ?? "").slice(0, 100);
}
