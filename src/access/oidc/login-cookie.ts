/** How long a login may take, seconds. */
const MAX_AGE_S = 600;

/** Over TLS, browsers reject a cookie with this prefix that another host set. */
const nameOf = (isSecure: boolean): string => (isSecure ? "__Host-ratchet_login" : "ratchet_login");

/** Returns the value of Set-Cookie that keeps the state of a login. */
export function loginCookie(value: string, isSecure: boolean): string {
  return cookie(value, MAX_AGE_S, isSecure);
}

/** Returns the value of Set-Cookie that forgets the state of a login. */
export function endedLoginCookie(isSecure: boolean): string {
  return cookie("", 0, isSecure);
}

/** Returns the state of the login that this browser began; undefined without one. */
export function sentLoginCookie(headers: Headers, isSecure: boolean): string | undefined {
  const start = `${nameOf(isSecure)}=`;
  const cookies = (headers.get("cookie") ?? "").split(";").map((part) => part.trim());
  return cookies.find((part) => part.startsWith(start))?.slice(start.length);
}

/** It is sent when the provider leads back, which is a navigation from another site: hence Lax. */
function cookie(value: string, maxAge: number, isSecure: boolean): string {
  const secure = isSecure ? "; Secure" : "";
  return `${nameOf(isSecure)}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure}`;
}
