import type { HttpRequest } from "../../domain/http.ts";
import type { SocketMessage } from "../../domain/websocket.ts";
import { diffJson } from "../../lib/json-diff.ts";
import { utf8TextOf } from "./mask-exchange.ts";
import type { TextComparison } from "./same-text.ts";

/** Lists the differences between a request and a recorded one, one per line. Headers do not count. */
export function compareRequests(recorded: HttpRequest, actual: HttpRequest, texts: TextComparison): string[] {
  const lines: string[] = [];
  if (recorded.method !== actual.method) lines.push(`method: recorded ${recorded.method}, now ${actual.method}`);
  if (!texts.same(recorded.url, actual.url)) lines.push(`url: recorded ${recorded.url}, now ${actual.url}`);
  return [...lines, ...compareBodies(recorded.body, actual.body, texts)];
}

/** Lists the differences between a message of a WebSocket and a recorded one, one per line. */
export function compareMessages(recorded: SocketMessage, actual: SocketMessage, texts: TextComparison): string[] {
  if (typeof recorded !== typeof actual) {
    const kind = (message: SocketMessage) => (typeof message === "string" ? "text" : "bytes");
    return [`recorded as ${kind(recorded)}, now ${kind(actual)}`];
  }
  const bytes = (message: SocketMessage) => Buffer.from(message as string);
  return compareBodies(bytes(recorded), bytes(actual), texts).map((line) => line.replace(/^body: /, ""));
}

function compareBodies(recorded: Uint8Array | null, actual: Uint8Array | null, texts: TextComparison): string[] {
  if (recorded === null || actual === null) {
    if (recorded === actual) return [];
    return [
      recorded === null ? "body: recorded without a body, now with one" : "body: recorded with a body, now without one",
    ];
  }
  const [before, now] = [utf8TextOf(recorded), utf8TextOf(actual)];
  if (before === undefined || now === undefined) {
    if (Buffer.compare(recorded, actual) === 0) return [];
    return [`body: recorded ${recorded.byteLength} bytes, now ${actual.byteLength} different ones`];
  }
  if (texts.same(before, now)) return [];
  const [jsonBefore, jsonNow] = [parsed(before), parsed(now)];
  const structured = jsonBefore !== undefined && jsonNow !== undefined;
  const lines = structured ? diffJson(jsonBefore, jsonNow, texts.same) : diffJson(before, now, texts.same);
  return lines.map((line) => `body: ${line.replace(/^the whole value: /, "")}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
