import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { MockResponse } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { parseDuration } from "../../lib/duration.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerStep } from "../json-file.ts";
import { reportFault, type TestFindings } from "./findings.ts";

/** The members of a mock that describe its response. */
export const RESPONSE_FIELDS = ["status", "headers", "body", "body_base64", "error", "delay"] as const;

/** The longest delay, in ms. */
const MAX_DELAY_MS = 600_000;

/** Checks the response of a mock, or one of its responses. */
export function checkResponse(mock: JsonObject, pointer: string, found: TestFindings): MockResponse {
  const { status, headers, body, body_base64: base64, error, delay } = mock;
  const report = (at: string, message: string, remedy: string) =>
    reportFault(found, `${pointer}/${at}`, message, remedy);
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    report("status", "The status is not a number from 200 to 599.", "Write a status such as 200.");
  }
  if (error !== undefined && (typeof error !== "string" || error === "")) {
    report("error", 'The "error" is not a string.', "Write the message of the connection error.");
  }
  if (error !== undefined && [status, body, base64, headers].some((one) => one !== undefined)) {
    report("error", "A failed connection has no response.", "Remove status, headers and body.");
  }
  if (base64 !== undefined && body !== undefined) {
    report("body_base64", 'Both "body" and "body_base64" are given.', "Write one of them.");
  }
  return defined({
    status: typeof status === "number" ? status : undefined,
    headers: headers === undefined ? undefined : checkHeaders(headers, `${pointer}/headers`, found),
    body,
    bodyBytes: base64 === undefined ? undefined : checkBase64(base64, report),
    error: typeof error === "string" ? error : undefined,
    delayMs: delay === undefined ? undefined : checkDelay(delay, report),
  });
}

type Report = (at: string, message: string, remedy: string) => void;

function checkBase64(text: JsonValue, report: Report): Uint8Array | undefined {
  try {
    if (typeof text === "string") return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    // Reported below.
  }
  report("body_base64", 'The "body_base64" is not base64.', "Write the bytes in base64.");
  return undefined;
}

/** Checks a time before something happens. @returns ms */
export function checkDelay(delay: JsonValue, report: Report): number | undefined {
  const ms = typeof delay === "string" ? parseDuration(delay) : delay;
  if (typeof ms === "number" && Number.isInteger(ms) && ms >= 0 && ms <= MAX_DELAY_MS) return ms;
  report("delay", "The delay is not a time of at most 10m.", 'Write a time such as "200ms", or a number of ms.');
  return undefined;
}

function checkHeaders(headers: JsonValue, pointer: string, found: TestFindings): Record<string, string> {
  const report = (at: string, message: string) => {
    const remedy = 'Write names and strings, such as {"content-type": "text/plain"}.';
    reportFault(found, `${pointer}${at}`, message, remedy);
  };
  if (!isObject(headers)) {
    report("", "The headers are not an object.");
    return {};
  }
  const checked: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    // Field names are tokens, and values have no control characters (RFC 9110, section 5).
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      report(pointerStep(name), `${JSON.stringify(name)} is not a header name.`);
    else if (typeof value !== "string")
      report(pointerStep(name), `The header ${JSON.stringify(name)} is not a string.`);
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      report(pointerStep(name), `The header ${JSON.stringify(name)} has characters that are not allowed in headers.`);
    } else checked.push([name, value]);
  }
  return Object.fromEntries(checked);
}
