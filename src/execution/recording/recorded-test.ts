import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { UTC } from "../../domain/time-zone.ts";
import type { HttpExchange } from "../../http/record-http.ts";
import type { RecordedSocket } from "../../http/websocket/record-socket.ts";
import { placeholdersIn } from "./placeholder.ts";
import type { Recording, SessionError } from "./recorded-session.ts";

/** Headers of responses that say nothing to a task, or that belong to the connection. */
const LEFT_OUT: ReadonlySet<string> = new Set(
  "connection content-encoding content-length date keep-alive server set-cookie transfer-encoding vary".split(" "),
);
/** A number that JSON.parse may round. */
const LONG_NUMBER = /\d{16}/;

/**
 * Turns a recording into the content of a file in `tests/`: the recorded responses are mocks, the clock starts at the
 * recorded time, and secrets have the values of their placeholders.
 */
export function recordedTest({ environment, input, outcome, exchanges }: Recording): JsonObject {
  const { execution, journal, secrets } = environment;
  const http = exchanges.map((exchange) => mockOf(exchange, exchanges));
  return {
    description: `From the recording of ${execution.startedAt}.`,
    input,
    ...(journal === null ? {} : { clock: new Date(journal.startedAt).toISOString(), seed: journal.seed }),
    ...(journal === null || journal.timeZone === UTC ? {} : { timezone: journal.timeZone }),
    ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
    ...(http.length === 0 ? {} : { mock: { http } }),
    ...(outcome.status === "completed"
      ? { expected_output: outcome.output }
      : { expected_error: expectedError(outcome.error) }),
  };
}

/** A task's own error has a name, all others a code. */
function expectedError({ code, message, guest }: SessionError): string {
  return guest === undefined ? `${code}: ${message}` : `${guest.name}: ${guest.message}`;
}

function mockOf(exchange: HttpExchange, all: readonly HttpExchange[]): JsonObject {
  const { request, result } = exchange;
  // A secret in the query has another value in the test.
  const url = placeholdersIn(request.url).length > 0 ? (request.url.split("?")[0] ?? "") : request.url;
  const mock: JsonObject = { url: url.replaceAll("*", "\\*"), method: request.method };
  const alike = all.filter((one) => one.request.url === request.url && one.request.method === request.method);
  const bodies = new Set(alike.map((one) => textOf(one.request.body ?? new Uint8Array(0))));
  if (bodies.size > 1 && request.body !== null) mock.request_body = { $equal: jsonOrText(textOf(request.body) ?? "") };
  if (result === undefined) return { ...mock, error: "the recorded request got no response" };
  if ("failure" in result) {
    const { message, code } = result.failure;
    return { ...mock, error: code === undefined || message.includes(code) ? message : `${message} (${code})` };
  }
  if (result.socket !== undefined)
    return { url: mock.url ?? "", ...socketMock(result.response.headers, result.socket) };
  const { status, headers, body } = result.response;
  const shown: JsonObject = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    if (LEFT_OUT.has(key)) continue;
    const before = shown[key];
    shown[key] = before === undefined ? value : `${String(before)}, ${value}`;
  }
  const content = bodyOf(body, shown);
  return {
    ...mock,
    ...(status === 200 ? {} : { status }),
    ...(Object.keys(shown).length === 0 ? {} : { headers: shown }),
    ...content,
  };
}

/** Returns what the server of a WebSocket did, as a mock has it. */
function socketMock(headers: readonly [string, string][], { frames, end }: RecordedSocket): JsonObject {
  const protocol = headers.find(([name]) => name.toLowerCase() === "sec-websocket-protocol")?.[1];
  const messages = frames.flatMap(({ from, message }): JsonObject[] => {
    if (message === undefined) return []; // the mock responds to a close by itself
    const isText = typeof message === "string";
    if (from === "task") return [{ expect: { $equal: isText ? jsonOrText(message) : message.toBase64() } }];
    return [isText ? { send: message } : { send_base64: message.toBase64() }];
  });
  const closedByServer = end?.wasClean === true && !frames.some(({ message }) => message === undefined);
  if (closedByServer) messages.push({ close: end.code === 1005 ? 1000 : end.code, reason: end.reason });
  return protocol === undefined ? { messages } : { headers: { "sec-websocket-protocol": protocol }, messages };
}

/** Returns the body as JSON, text or bytes. Removes a Content-Type that a mock sends anyway. */
function bodyOf(bytes: Uint8Array, headers: JsonObject): JsonObject {
  if (bytes.length === 0) return {};
  const text = textOf(bytes);
  if (text === undefined) return { body_base64: bytes.toBase64() };
  const type = String(headers["content-type"] ?? "");
  const value = /\bjson\b/.test(type) && !LONG_NUMBER.test(text) ? jsonOrText(text) : text;
  // A text is sent as it is, so JSON that is a text stays in its quotes.
  if (typeof value === "string" || value === null) return { body: text };
  if (type === "application/json") delete headers["content-type"];
  return { body: value };
}

function jsonOrText(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Decodes UTF-8; returns undefined for other bytes. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
