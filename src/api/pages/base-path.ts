/** Segments of letters, digits and `-._~`: nothing that could end an attribute, name another host, or climb up. */
const PREFIX = /^(?:\/(?!\.{1,2}(?:\/|$))[\w.~-]+)+\/?$/;

const LONGEST_PREFIX = 200;

/**
 * Returns the path under which the browser reaches this server, with a slash at its end. It is `/`, unless a proxy
 * strips a prefix from each request and says so in `X-Forwarded-Prefix`. A prefix of another form is ignored. Whoever
 * sends the header only changes the response to that request, which no cache keeps.
 */
export function basePath(headers: Headers): string {
  const prefix = headers.get("x-forwarded-prefix") ?? "";
  if (prefix.length > LONGEST_PREFIX || !PREFIX.test(prefix)) return "/";
  return prefix.endsWith("/") ? prefix : `${prefix}/`;
}
