import { HttpFailure } from "../domain/http.ts";
import { systemErrorCode } from "../lib/system-error.ts";

/** Codes of failed connections: nothing was sent, so another address may be tried. */
const NOT_CONNECTED = new Set([
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "ECONNREFUSED",
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "EINVAL",
  "ENETDOWN",
  "ENETUNREACH",
]);

/** The most header fields that the runtime accepts; with more it treats the whole response as malformed. */
const MOST_FIELDS = 256;

const INVALID = "the response is not valid HTTP";
const UNTRUSTED = "the server's certificate can't be traced to a trusted authority";

/** Codes of the system and of certificates. Other programs use them too, so tasks see them unchanged. */
const SYSTEM: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed before the response was complete",
  ECONNABORTED: "the connection was closed before the response was complete",
  EPIPE: "the connection was closed while the request was sent",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "the host is unreachable",
  EHOSTDOWN: "the host is down",
  ENETUNREACH: "the network is unreachable",
  ENETDOWN: "the network is down",
  EADDRNOTAVAIL: "this machine has no address to connect from",
  EAFNOSUPPORT: "this machine can't connect to addresses of this family",
  EACCES: "this machine does not allow the connection",
  EPERM: "this machine does not allow the connection",
  EINVAL: "it is impossible to connect to this address",
  EMFILE: "this process has too many open files and connections",
  ENFILE: "this machine has too many open files and connections",
  EPROTO: "the TLS handshake failed; the port may not speak TLS",
  ENOTFOUND: "the host was not found",
  EAI_AGAIN: "the name of the host can't be resolved at the moment",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is self-signed and not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate comes from an untrusted authority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  CERT_REVOKED: "the server's certificate was revoked",
  CERT_UNTRUSTED: "the server's certificate is not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host name",
};

/** Names that only the runtime uses (Bun 1.4.5, llhttp), with the code that tasks see and an explanation. */
const INTERNAL: Readonly<Record<string, readonly [code: string, text: string]>> = {
  Malformed_HTTP_Response: [
    "EPROTO",
    `${INVALID}: its status line or a header field is malformed, or it has more than ${MOST_FIELDS} header fields`,
  ],
  InvalidHTTPResponse: ["EPROTO", `${INVALID}: a chunk of its body is malformed`],
  InvalidContentLength: ["EPROTO", `${INVALID}: its Content-Length is not a number, or two of them differ`],
  UnsupportedTransferEncoding: ["EPROTO", "the response has a Transfer-Encoding other than chunked"],
  UnrequestedUpgrade: ["EPROTO", "the server switched to another protocol"],
  UnexpectedData: ["EPROTO", `${INVALID}: the server sent more than one response`],
  ResponseHeadersTooLarge: ["EPROTO", "the response's headers are too large"],
  HPE_HEADER_OVERFLOW: ["EPROTO", "the response's headers are too large"],
  HPE_CB_HEADERS_COMPLETE: ["EPROTO", `${INVALID}: its headers are malformed`],
  HPE_INVALID_CHUNK_SIZE: ["EPROTO", `${INVALID}: a chunk of its body is malformed`],
  HPE_INVALID_CONTENT_LENGTH: ["EPROTO", `${INVALID}: its Content-Length is not a number, or two of them differ`],
  HPE_UNEXPECTED_CONTENT_LENGTH: ["EPROTO", `${INVALID}: its Content-Length is not a number, or two of them differ`],
  TLSHandshakeFailed: ["EPROTO", "the TLS handshake failed; the port may not speak TLS"],
  UnsupportedProxyProtocol: ["EPROTO", "the proxy's URL is neither http: nor https:"],
  ProxyConnectFailed: ["ECONNREFUSED", "the proxy did not connect to the server"],
  DNSResolutionFailed: ["ENOTFOUND", "the host was not found"],
  ConnectionClosed: ["ECONNRESET", "the connection was closed before the response was complete"],
  ConnectionRefused: ["ECONNREFUSED", "the connection was refused"],
  FailedToOpenSocket: ["ECONNREFUSED", "the connection failed to open"],
  Timeout: ["ETIMEDOUT", "the connection timed out"],
  ConnectionTimeout: ["ETIMEDOUT", "the connection timed out"],
};

/** Returns the first system code in a text, if there is one. */
export function codeWithin(text: string): string | undefined {
  return text.match(/\b[A-Z_]{5,}\b/g)?.find((word) => Object.hasOwn(SYSTEM, word));
}

/** Tells whether a failed `fetch` certainly sent nothing. */
export function neverConnected(error: unknown): boolean {
  return NOT_CONNECTED.has(systemErrorCode(error) ?? "");
}

/**
 * Explains an error of the runtime's client. The runtime's own names and texts never reach the message; they stay in
 * the cause, for debugging the host.
 * @param name the request, such as `GET https://host/path`
 * @param peer the other end of the connection, such as `127.0.0.1 port 80` or `proxy http://proxy:3128`
 */
export function explainFailure(error: unknown, name: string, peer: string): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const [code, plain] = explanationOf(error);
  return new HttpFailure("network", `${name}: ${plain} (${peer})`, { cause: error, code });
}

function explanationOf(error: unknown): readonly [code: string | undefined, text: string] {
  const code = systemErrorCode(error) ?? "";
  if (code === "ERR_PROXY_TUNNEL") return [code, `the proxy refused to open a tunnel${statusOf(error)}`];
  const plain = SYSTEM[code];
  if (plain !== undefined) return [code, plain];
  const internal = INTERNAL[code];
  if (internal !== undefined) return internal;
  if (code.startsWith("HPE_")) return ["EPROTO", `${INVALID}: its status line or a header field is malformed`];
  // The remaining results of an X.509 check (RFC 5280): https://docs.openssl.org/master/man3/X509_STORE_CTX_get_error/
  if (/^[A-Z_]*(?:CERT|CRL|ISSUER|SUBJECT|SIGNATURE|INVALID_CA|PATH_LENGTH|MISMATCH)[A-Z_]*$/.test(code)) {
    return [code, `the server's certificate is not valid (${code})`];
  }
  if (/^ERR_(?:TLS|SSL|OSSL|BORINGSSL)/.test(code)) return ["EPROTO", "the TLS connection failed"];
  if (/^E[A-Z0-9]+$/.test(code)) return [code, `the connection failed (${code})`];
  return [undefined, "the connection failed"];
}

/** Returns the proxy's status, such as ": 407 Proxy Authentication Required". */
function statusOf(error: unknown): string {
  const { status, statusText } = error as { status?: unknown; statusText?: unknown };
  return typeof status === "number" ? `: ${status} ${String(statusText ?? "").slice(0, 80)}`.trimEnd() : "";
}
