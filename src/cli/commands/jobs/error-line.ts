import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { defined } from "../../../lib/defined.ts";
import { isObject } from "../../../lib/is-object.ts";
import { originText } from "../../framework/guest-error.ts";

/** Formats the error of a job or execution, with its type unless the message starts with it; "" without an error. */
export function errorText(error: JsonValue | undefined): string {
  if (!isObject(error)) return "";
  const { type, code, message }: JsonObject = error;
  const kind = String(type ?? code);
  const text = String(message);
  const from = isObject(error.guest) ? originText(originIn(error.guest)) : undefined;
  return `${text.startsWith(kind) ? text : `${kind}: ${text}`}${from === undefined ? "" : ` (${from})`}`;
}

function originIn({ step, call }: JsonObject): Parameters<typeof originText>[0] {
  const text = (value: JsonValue | undefined) => (typeof value === "string" ? value : undefined);
  const { task, version, jobId } = isObject(call) ? call : {};
  const called = text(task);
  return defined({
    step: text(step),
    call: called === undefined ? undefined : defined({ task: called, version: text(version), jobId: text(jobId) }),
  });
}

/** Returns the beginning of the error's text, for a table. */
export function errorLine(error: JsonValue | undefined): string {
  return (errorText(error).split("\n")[0] ?? "").slice(0, 100);
}
