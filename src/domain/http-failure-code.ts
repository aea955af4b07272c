/**
 * Why there is no response: the network or the server failed (`network`), the exchange took too long (`timeout`), the
 * body was too large (`too-large`), Ratchet did not allow the request (`refused`), the caller aborted it (`aborted`),
 * or it cannot be expressed in HTTP (`invalid-request`).
 */
export const HTTP_FAILURE_KINDS = ["network", "timeout", "too-large", "refused", "aborted", "invalid-request"] as const;

/** One of the {@link HTTP_FAILURE_KINDS}. */
export type HttpFailureKind = (typeof HTTP_FAILURE_KINDS)[number];

/** What tasks read as `error.code` of a failed call. */
export const HTTP_FAILURE_CODES = [
  "CONNECTION_REFUSED",
  "CONNECTION_RESET",
  "CONNECT_TIMEOUT",
  "FIRST_BYTE_TIMEOUT",
  "TOTAL_TIMEOUT",
  "BAD_RESPONSE",
  "RESPONSE_TOO_LARGE",
  "CIRCUIT_OPEN",
  "RATE_LIMITED",
  "PERMISSION_DENIED",
] as const;

/** One of the {@link HTTP_FAILURE_CODES}. */
export type HttpFailureCode = (typeof HTTP_FAILURE_CODES)[number];

/** Failure codes by the common code of the system. Every other failure happened before anything was sent. */
const BY_SYSTEM_CODE: Readonly<Record<string, HttpFailureCode>> = {
  ECONNRESET: "CONNECTION_RESET",
  ECONNABORTED: "CONNECTION_RESET",
  EPIPE: "CONNECTION_RESET",
  ETIMEDOUT: "CONNECT_TIMEOUT",
  EPROTO: "BAD_RESPONSE",
  ERR_TOO_MANY_REDIRECTS: "BAD_RESPONSE",
};

/**
 * Returns the failure code of a call. A connection that could not be made has CONNECTION_REFUSED, whatever was the
 * reason: the name, the network, the certificate, the proxy.
 * @param systemCode such as `ECONNRESET`; PERMISSION_DENIED for a call that is not permitted
 * @returns undefined for calls that were aborted, were not valid or had no mock
 */
export function failureCodeOf(kind: HttpFailureKind, systemCode: string | undefined): HttpFailureCode | undefined {
  switch (kind) {
    case "network":
      return BY_SYSTEM_CODE[systemCode ?? ""] ?? "CONNECTION_REFUSED";
    case "timeout":
      return "TOTAL_TIMEOUT";
    case "too-large":
      return "RESPONSE_TOO_LARGE";
    case "refused":
      return systemCode === "PERMISSION_DENIED" ? systemCode : undefined;
    default:
      return undefined;
  }
}
