import { HttpFailure } from "../domain/http.ts";

/** Codes of a connection that was never made: nothing was sent, another address may be tried. */
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

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was closed before the answer was complete",
  EPIPE: "the connection was closed while the request was sent",
  ETIMEDOUT: "the connection timed out",
  EHOSTUNREACH: "the host is not reachable",
  EHOSTDOWN: "the host is down",
  ENETUNREACH: "the network is not reachable",
  EADDRNOTAVAIL: "this machine has no address to connect from",
  EINVAL: "the address can't be connected to",
  EPROTO: "the TLS handshake failed; the port may not speak TLS",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the server's certificate is signed by itself and not trusted",
  SELF_SIGNED_CERT_IN_CHAIN: "the server's certificate comes from an authority that is not trusted",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the server's certificate can't be traced to an authority that is trusted",
  UNABLE_TO_GET_ISSUER_CERT: "the server's certificate can't be traced to an authority that is trusted",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the server's certificate can't be traced to an authority that is trusted",
  CERT_HAS_EXPIRED: "the server's certificate has expired",
  CERT_NOT_YET_VALID: "the server's certificate is not valid yet",
  CERT_REVOKED: "the server's certificate was revoked",
  CERT_UNTRUSTED: "the server's certificate is not trusted",
  ERR_TLS_CERT_ALTNAME_INVALID: "the server's certificate is for another host name",
  InvalidContentLength: "the answer's Content-Length is not valid",
  ResponseHeadersTooLarge: "the answer's headers are too large",
  UnrequestedUpgrade: "the server switched to another protocol",
  UnsupportedProxyProtocol: "the proxy's URL is neither http: nor https:",
};

/** Whether a failed `fetch` certainly sent nothing. */
export function neverConnected(error: unknown): boolean {
  return NOT_CONNECTED.has(codeOf(error));
}

/**
 * What an error of Bun's client means, in plain words.
 * @param name the request, such as `GET https://host/path`
 * @param peer who was connected to, such as `127.0.0.1 port 80` or `proxy http://proxy:3128`
 */
export function explainFailure(error: unknown, name: string, peer: string): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const plain = EXPLANATIONS[code] ?? plainMessage(code, message);
  return new HttpFailure("network", `${name}: ${plain} (${peer})`, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
}

/** Bun's text without its advice to programmers. */
function plainMessage(code: string, message: string): string {
  const text = message
    .replace(/\s*For more information, pass `verbose: true`.*$/s, "")
    .replace(/ fetching "[^"]*"\.?$/, "")
    .replace(/^[A-Z_0-9]+: /, "");
  return code === "" || text.startsWith(code) ? text : `${text.replace(/[.?!]$/, "")} [${code}]`;
}
