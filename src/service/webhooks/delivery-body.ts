import { RatchetError } from "../../domain/errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import { RawJson } from "../../domain/raw-json.ts";
import type { Webhook } from "../../domain/webhook.ts";
import { findJsonFault, linePosition, MAX_JSON_DEPTH } from "../../lib/json-text.ts";
import { mapInput, usesBody } from "./map-input.ts";

/** A delivery as it is stored. */
export interface KeptDelivery {
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * Returns the input of the job for a delivery: the body, or what the webhook's template makes of it.
 * @throws {RatchetError} INVALID_JSON if the body is needed and is not JSON
 */
export function inputOf({ inputJson, verification }: Webhook, delivery: KeptDelivery): unknown {
  const isForm = verification.type === "github" && isFormBody(delivery.headers);
  const text = isForm ? formPayload(delivery.body) : decodeBody(delivery.body);
  if (inputJson === null) return new RawJson(checkedJson(text));
  const template = JSON.parse(inputJson) as JsonValue;
  const body: unknown = usesBody(template) ? JSON.parse(checkedJson(text)) : undefined;
  return mapInput(template, { headers: delivery.headers, body });
}

/** Returns the JSON value of a body; undefined if it is not JSON. */
export function jsonBody(body: Uint8Array): unknown {
  try {
    return JSON.parse(checkedJson(decodeBody(body)));
  } catch {
    return undefined;
  }
}

function decodeBody(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch (cause) {
    throw new RatchetError("INVALID_JSON", "The body is not valid UTF-8.", { cause, remedy: "Send JSON in UTF-8." });
  }
}

/** @throws {RatchetError} INVALID_JSON unless the text is JSON that every part of the server accepts */
function checkedJson(text: string): string {
  const fault = findJsonFault(text, MAX_JSON_DEPTH);
  if (fault === undefined) return text;
  const { line, column } = linePosition(text, fault.offset);
  throw new RatchetError("INVALID_JSON", `The JSON is not valid at line ${line}, column ${column}: ${fault.message}.`, {
    data: { line, column },
    remedy: "Send JSON, or give the webhook an input that takes nothing from the body.",
  });
}

function isFormBody(headers: Readonly<Record<string, string>>): boolean {
  return (headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded");
}

/** GitHub's older content type: a form whose field `payload` has the JSON. */
function formPayload(body: Uint8Array): string {
  const payload = new URLSearchParams(decodeBody(body)).get("payload");
  if (payload !== null) return payload;
  throw new RatchetError("INVALID_JSON", "The form has no field payload.", { remedy: "Send JSON." });
}
