import type { JsonValue } from "../../domain/json.ts";
import type { MockMessage } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import { checkMatchers } from "./check-matchers.ts";
import { checkDelay } from "./check-response.ts";
import { reportFault, reportUnknown, type TestFindings } from "./findings.ts";

const KINDS = ["send", "send_base64", "expect", "close"] as const;
const REMEDY = 'Write {"send": ...}, {"send_base64": "..."}, {"expect": ...} or {"close": 1000}.';

/** Checks `messages` of a mock: what the server of a WebSocket does, in order. */
export function checkMessages(
  messages: JsonValue | undefined,
  pointer: string,
  found: TestFindings,
): MockMessage[] | undefined {
  if (messages === undefined) return undefined;
  if (Array.isArray(messages)) return messages.flatMap((one, at) => checkMessage(one, `${pointer}/${at}`, found));
  reportFault(found, pointer, "The messages are not a list.", `Write a list. ${REMEDY}`);
  return undefined;
}

function checkMessage(message: JsonValue, pointer: string, found: TestFindings): MockMessage[] {
  const kinds = isObject(message) ? KINDS.filter((kind) => Object.hasOwn(message, kind)) : [];
  if (!isObject(message) || kinds.length !== 1) {
    reportFault(found, pointer, "The message is not one thing that the server does.", REMEDY);
    return [];
  }
  const report = (at: string, text: string, remedy: string) => reportFault(found, `${pointer}/${at}`, text, remedy);
  const { send = null, send_base64: base64, expect, close, reason, delay } = message;
  const [kind] = kinds;
  if (kind === "expect") {
    reportUnknown(message, ["expect"], pointer, found);
    checkMatchers(expect ?? null, `${pointer}/expect`, found);
    return [{ expect: expect ?? null }];
  }
  const delayMs = delay === undefined ? undefined : checkDelay(delay, report);
  if (kind === "send") {
    reportUnknown(message, ["send", "delay"], pointer, found);
    return [defined({ send: typeof send === "string" ? send : JSON.stringify(send), delayMs })];
  }
  if (kind === "send_base64") {
    reportUnknown(message, ["send_base64", "delay"], pointer, found);
    return [defined({ send: bytesOf(base64, report), delayMs })];
  }
  reportUnknown(message, ["close", "reason", "delay"], pointer, found);
  const isCode = Number.isInteger(close) && Number(close) >= 1000 && Number(close) <= 4999;
  if (!isCode) report("close", "The code is not a number from 1000 to 4999.", "Write a code such as 1000.");
  if (reason !== undefined && typeof reason !== "string")
    report("reason", "The reason is not a string.", "Write a text.");
  return [
    defined({ close: isCode ? Number(close) : 1000, reason: typeof reason === "string" ? reason : undefined, delayMs }),
  ];
}

function bytesOf(text: JsonValue | undefined, report: (at: string, text: string, remedy: string) => void): Uint8Array {
  try {
    if (typeof text === "string") return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    // Reported below.
  }
  report("send_base64", 'The "send_base64" is not base64.', "Write the bytes in base64.");
  return new Uint8Array(0);
}
