import { HttpFailure } from "../../domain/http.ts";
import { requestTarget } from "../request-target.ts";
import type { Route } from "../route.ts";

/** A request to open a WebSocket, and what its response has to match. */
export interface HandshakeRequest {
  text: string;
  accept: string;
}

/** What the server has agreed to. */
export interface HandshakeResult {
  protocol: string;
  /** The value of the header, or an empty string. */
  extensions: string;
  /** The server compresses messages: `keepsWindow` if they may refer to earlier ones. */
  deflate: { keepsWindow: boolean } | undefined;
}

/** What RFC 6455, section 1.3 appends to the key. */
const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/** Headers that are written here, or mean nothing in a handshake. */
const DROPPED = new Set(["host", "accept", "accept-encoding"]);
/** The parameters that the server may add, because the offer has none (RFC 7692, section 7.1). */
const DEFLATE_PARAMETER =
  /^(?:server_no_context_takeover|client_no_context_takeover|server_max_window_bits=(?:[89]|1[0-5]))$/;

/** Writes the request (RFC 6455, section 4.1). */
export function writeHandshake(
  { url, headers }: Pick<Route, "url" | "headers">,
  protocols: readonly string[],
): HandshakeRequest {
  const others = headers.filter(([name]) => !DROPPED.has(name.toLowerCase()));
  const key = crypto.getRandomValues(new Uint8Array(16)).toBase64();
  const lines = [
    `GET ${requestTarget(url)} HTTP/1.1`,
    `Host: ${url.host}`,
    ...others.map(([name, value]) => `${name}: ${value}`),
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    `Sec-WebSocket-Key: ${key}`,
    "Sec-WebSocket-Extensions: permessage-deflate",
    ...(protocols.length === 0 ? [] : [`Sec-WebSocket-Protocol: ${protocols.join(", ")}`]),
  ];
  return {
    text: `${lines.join("\r\n")}\r\n\r\n`,
    accept: new Bun.CryptoHasher("sha1").update(key + GUID).digest("base64"),
  };
}

/** The status line and the headers of a response. */
export interface ResponseHead {
  status: number;
  statusText: string;
  /** By lower-case name. Several values of one name are joined by commas. */
  headers: Map<string, string>;
}

/** Parses the head of a response, without the empty line. @returns undefined if it is malformed */
export function parseHead(text: string): ResponseHead | undefined {
  const [first = "", ...lines] = text.split("\r\n");
  const [, status, statusText = ""] = /^HTTP\/1\.[01] (\d{3})(?: (.*))?$/.exec(first) ?? [];
  if (status === undefined) return undefined;
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value = ""] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    if (name === undefined) return undefined;
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return { status: Number(status), statusText, headers };
}

/**
 * Checks a response.
 * @param name the handshake for messages, such as `WebSocket ws://host/path`
 * @throws {HttpFailure} if it does not open a WebSocket
 */
export function checkHandshake(
  { status, statusText, headers }: ResponseHead,
  { accept, protocols, name }: { accept: string; protocols: readonly string[]; name: string },
): HandshakeResult {
  const fail = (why: string): never => {
    throw new HttpFailure("network", `${name}: ${why}`, { code: "EPROTO" });
  };
  if (status !== 101) {
    fail(`the server responded with ${`${status} ${statusText.slice(0, 80)}`.trimEnd()} and opened no WebSocket`);
  }
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") fail("the server switched to another protocol");
  if (!listOf(headers.get("connection")).some((item) => item.toLowerCase() === "upgrade")) {
    fail("the server's response lacks Connection: Upgrade");
  }
  if (headers.get("sec-websocket-accept") !== accept) fail("the server's Sec-WebSocket-Accept does not match the key");
  const protocol = headers.get("sec-websocket-protocol") ?? "";
  if (protocol !== "" && !protocols.includes(protocol)) fail("the server chose a subprotocol that was not offered");
  if (protocol === "" && protocols.length > 0) fail("the server accepts none of the offered subprotocols");
  const extensions = headers.get("sec-websocket-extensions") ?? "";
  const deflate = deflateOf(extensions);
  if (deflate === null) fail("the server uses an extension that was not offered");
  return { protocol, extensions, deflate: deflate ?? undefined };
}

/** @returns null if the header has anything but one accepted offer */
function deflateOf(extensions: string): HandshakeResult["deflate"] | null {
  if (extensions === "") return undefined;
  const [name, ...parameters] = extensions.split(";").map((part) => part.replace(/\s|"/g, ""));
  const names = new Set(parameters.map((parameter) => parameter.split("=", 1)[0]));
  const isKnown = name === "permessage-deflate" && parameters.every((parameter) => DEFLATE_PARAMETER.test(parameter));
  if (!isKnown || names.size < parameters.length) return null;
  return { keepsWindow: !names.has("server_no_context_takeover") };
}

function listOf(value: string | undefined): string[] {
  return (value ?? "").split(",").map((item) => item.trim());
}
