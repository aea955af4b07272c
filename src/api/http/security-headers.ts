/** Nothing that the server sends may load, run or embed anything, except for pages, which have their own policy. */
const POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HEADERS: readonly (readonly [name: string, value: string])[] = [
  ["content-security-policy", POLICY],
  ["x-content-type-options", "nosniff"],
  ["x-frame-options", "DENY"],
  ["referrer-policy", "no-referrer"],
  ["cross-origin-opener-policy", "same-origin"],
  ["cross-origin-resource-policy", "same-origin"],
];

/** One year, as the preload lists of browsers demand. Other hosts of the domain are not ours to bind. */
const STRICT_TRANSPORT = "max-age=31536000";

/**
 * Adds the headers that keep browsers from misusing a response. Those that it has already stay.
 * @param isSecure the request came over TLS: the browser then never uses plain HTTP again (RFC 6797)
 */
export function addSecurityHeaders(headers: Headers, isSecure: boolean): void {
  for (const [name, value] of HEADERS) {
    if (!headers.has(name)) headers.set(name, value);
  }
  if (isSecure) headers.set("strict-transport-security", STRICT_TRANSPORT);
}
