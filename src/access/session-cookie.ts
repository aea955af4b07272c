/** Name of the cookie over TLS. The prefix makes browsers reject one that another host or a page over HTTP set. */
const SECURE_NAME = "__Host-ratchet_session";

/** Name of the cookie without TLS, where browsers reject the prefix. */
const PLAIN_NAME = "ratchet_session";

/** Returns the token of the session cookie; undefined without one. @param isSecure whether the request came over TLS */
export function sessionToken(headers: Headers, isSecure: boolean): string | undefined {
  const sent = headers.get("cookie");
  if (sent === null) return undefined;
  const start = `${isSecure ? SECURE_NAME : PLAIN_NAME}=`;
  for (const part of sent.split(";")) {
    const cookie = part.trim();
    if (cookie.startsWith(start)) return cookie.slice(start.length);
  }
  return undefined;
}

/** Returns the value of Set-Cookie that begins a session (RFC 6265, section 4.1). @param maxAgeMs how long it lasts at most */
export function sessionCookie(token: string, maxAgeMs: number, isSecure: boolean): string {
  return cookie(token, Math.floor(maxAgeMs / 1_000), isSecure);
}

/** Returns the value of Set-Cookie that ends a session. */
export function endedSessionCookie(isSecure: boolean): string {
  return cookie("", 0, isSecure);
}

function cookie(value: string, maxAge: number, isSecure: boolean): string {
  const name = isSecure ? SECURE_NAME : PLAIN_NAME;
  return `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
}
