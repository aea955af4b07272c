/** Returns the token of a header `Authorization: Bearer TOKEN` (RFC 6750, section 2.1); undefined without one. */
export function bearerToken(headers: Headers): string | undefined {
  const sent = headers.get("authorization");
  if (sent === null || sent.length < 8 || sent.slice(0, 7).toLowerCase() !== "bearer ") return undefined;
  return sent.slice(7).trim();
}
