/** A call of a task. */
export interface ObservedCall {
  method: string;
  /** Of the request, or only its origin if the rest is not known. */
  url: string;
}

/** What is known of the calls to one origin with one method. */
interface Observed {
  method: string;
  origin: string;
  /** The segments that all paths begin with; empty if they have nothing in common. */
  prefix: readonly string[];
}

/** Segments that every server reads alike, and that rules can contain. Others end a prefix. */
const PLAIN_SEGMENT = /^(?:[\w.~!$&'()+,=:@-]|%[\da-f]{2})+$/i;
/** Paths that some servers take for another path: with encoded slashes, dots or percent signs, parameters or empty segments. */
const AMBIGUOUS_PATH = /%(?:2f|5c|2e|25|3b)|[\\;]|\/\//i;
/** Stands for a secret in a recording. */
const MASKED = "__masked_";

/**
 * Returns the narrowest rules of `permissions.net` that allow all calls: one for each origin and method, with the longest path
 * that these calls begin with, by whole segments. Methods with the same path share a rule. The port is left out if it is
 * the scheme's own.
 * @example
 * ```ts
 * const read = { method: "GET", url: "https://api.example.com/v1/users/7" };
 * const write = { method: "POST", url: "https://api.example.com/v1/orders?dry=1" };
 * inferRules([read, write]); // => ["POST https://api.example.com/v1/orders", "GET https://api.example.com/v1/users/7"]
 * ```
 */
export function inferRules(calls: Iterable<ObservedCall>): string[] {
  const byMethod = new Map<string, Observed>();
  for (const { method: written, url } of calls) {
    const origin = originOf(url);
    if (origin === undefined) continue;
    const method = written.toUpperCase();
    const segments = segmentsOf(new URL(url));
    const observed = byMethod.get(`${method} ${origin}`);
    if (observed === undefined) byMethod.set(`${method} ${origin}`, { method, origin, prefix: segments });
    else observed.prefix = common(observed.prefix, segments);
  }
  const methods = new Map<string, string[]>();
  for (const { method, origin, prefix } of byMethod.values()) {
    const place = `${origin}${prefix.map((one) => `/${one}`).join("")}`;
    methods.set(place, [...(methods.get(place) ?? []), method]);
  }
  return [...methods]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([place, used]) => `${used.sort().join(",")} ${place}`);
}

/** Returns the origin of a call; undefined if no rule can name it. */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host, hostname } = new URL(url);
  if (!/^(?:https?|wss?):$/.test(protocol) || hostname.includes(MASKED)) return undefined;
  // The root's dot makes no difference to a rule (RFC 1034, section 3.1).
  return `${protocol}//${host.replace(/\.(?=:\d+$|$)/, "")}`;
}

function segmentsOf({ pathname }: URL): string[] {
  if (AMBIGUOUS_PATH.test(pathname)) return [];
  const segments = pathname.split("/").filter((segment) => segment !== "");
  const end = segments.findIndex((segment) => !PLAIN_SEGMENT.test(segment) || segment.includes(MASKED));
  return end === -1 ? segments : segments.slice(0, end);
}

function common(first: readonly string[], second: readonly string[]): string[] {
  const end = first.findIndex((segment, index) => segment !== second[index]);
  return first.slice(0, end === -1 ? first.length : end);
}
