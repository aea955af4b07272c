import type { SocketMessage } from "../../domain/websocket.ts";
import type { HttpExchange, RecordedResponse } from "../../http/record-http.ts";
import type { RecordedSocket, SocketFrame } from "../../http/websocket/record-socket.ts";
import { defined } from "../../lib/defined.ts";
import { maskForm, maskMultipart, maskUrl } from "./mask-form.ts";
import { maskJsonText } from "./mask-json-text.ts";
import { maskedPieces } from "./masked-pieces.ts";
import type { Masker } from "./masker.ts";
import { secretHeaderKind } from "./secret-names.ts";

type Headers = [name: string, value: string][];

/** Headers whose value is a URL. */
const URL_HEADERS = new Set(["location", "content-location", "referer"]);

/** Replaces the secrets in the URLs, headers and bodies of an exchange. */
export function maskExchange(exchange: HttpExchange, masker: Masker): HttpExchange {
  const { request, result } = exchange;
  const masked: HttpExchange = {
    ...exchange,
    request: {
      ...request,
      url: maskUrl(request.url, masker),
      headers: maskHeaders(request.headers, masker),
      body: request.body === null ? null : maskBody(request.body, request.headers, masker),
    },
  };
  const { redirects } = exchange;
  if (redirects !== undefined) {
    masked.redirects = redirects.map(({ method, url }) => ({ method, url: maskUrl(url, masker) }));
  }
  if (result === undefined) return masked;
  if ("failure" in result) {
    return { ...masked, result: { failure: { ...result.failure, message: masker.text(result.failure.message) } } };
  }
  return { ...masked, result: maskResponse(result, masker) };
}

/** A body is masked as a whole, so a secret that two of its pieces share is found as well. */
function maskResponse({ response, pieces, brokenBy, socket }: RecordedResponse, masker: Masker): RecordedResponse {
  const body = maskBody(response.body, response.headers, masker);
  return defined({
    response: {
      ...response,
      statusText: masker.text(response.statusText),
      url: maskUrl(response.url, masker),
      headers: maskHeaders(response.headers, masker),
      body,
    },
    pieces: pieces === undefined ? undefined : maskedPieces(pieces, response.body, body),
    brokenBy: brokenBy === undefined ? undefined : { ...brokenBy, message: masker.text(brokenBy.message) },
    socket: socket === undefined ? undefined : maskSocket(socket, masker),
  });
}

function maskSocket({ frames, end }: RecordedSocket, masker: Masker): RecordedSocket {
  const masked = frames.map(
    (frame): SocketFrame =>
      frame.message === undefined
        ? { ...frame, reason: masker.text(frame.reason) }
        : { ...frame, message: maskMessage(frame.message, masker) },
  );
  if (end === undefined) return { frames: masked };
  const { problem, reason } = end;
  const texts = defined({ reason: masker.text(reason), problem: problem && masker.text(problem) });
  return { frames: masked, end: { ...end, ...texts } };
}

/** Masks a message of a WebSocket: text as JSON, and bytes like a body without a type. */
export function maskMessage(message: SocketMessage, masker: Masker): SocketMessage {
  return typeof message === "string" ? maskJsonText(message, masker) : maskBody(message, [], masker);
}

/** Replaces credentials and cookie values in headers. Schemes and cookie names stay. */
export function maskHeaders(headers: Headers, masker: Masker): Headers {
  return headers.map(([name, value]) => [name, maskHeader(name, value, masker)]);
}

function maskHeader(name: string, value: string, masker: Masker): string {
  const kind = secretHeaderKind(name);
  if (kind === undefined) {
    return URL_HEADERS.has(name.toLowerCase()) ? maskUrl(value, masker) : masker.text(value);
  }
  if (kind === "cookie") {
    return value
      .split(";")
      .map((pair) => maskCookie(pair, masker))
      .join(";");
  }
  if (kind === "set-cookie") {
    const [pair = "", ...attributes] = value.split(";");
    return [maskCookie(pair, masker), ...attributes.map((attribute) => masker.text(attribute))].join(";");
  }
  return masker.secret(kind, value);
}

/** Masks a cookie. Sent and set cookies share their placeholders: both have the kind `cookie`. */
function maskCookie(pair: string, masker: Masker): string {
  const start = pair.indexOf("=") + 1;
  const value = pair.slice(start).trim().replace(/^"|"$/g, "");
  if (start === 0 || value === "") return masker.text(pair);
  const from = pair.indexOf(value, start);
  return pair.slice(0, from) + masker.secret("cookie", value) + pair.slice(from + value.length);
}

/** Masks a body according to its Content-Type. In a body that is not UTF-8, only known secrets are replaced. */
function maskBody(body: Uint8Array, headers: Headers, masker: Masker): Uint8Array {
  const type = headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  const text = utf8TextOf(body);
  if (text === undefined) {
    const bytes = Buffer.from(body).toString("latin1");
    const masked = masker.text(bytes);
    return masked === bytes ? body : Buffer.from(masked, "latin1");
  }
  const masked = maskText(text, type, masker);
  return masked === text ? body : new TextEncoder().encode(masked);
}

function maskText(text: string, type: string, masker: Masker): string {
  if (/^application\/x-www-form-urlencoded\b/i.test(type)) return maskForm(text, masker);
  const boundary = /^multipart\/form-data\b.*?\bboundary="?([^";]+)/i.exec(type)?.[1];
  return boundary === undefined ? maskJsonText(text, masker) : maskMultipart(text, boundary, masker);
}

/** Decodes bytes if they are valid UTF-8, so that they can be written as text and read back unchanged. */
export function utf8TextOf(body: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    return undefined;
  }
}
