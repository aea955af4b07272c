/** A call of a task. */
export interface ObservedCall {
  method: string;
  /** Of the request, or only its origin if the rest is not known. */
  url: string;
}

/** What is known of the calls to one origin. */
interface Observed {
  methods: Set<string>;
  /** The segments that all paths begin with; empty if they have nothing in common. */
  prefix: readonly string[];
}

/** Segments that every server reads alike, and that rules can contain. Others end a prefix. */
const PLAIN_SEGMENT = /^[\w.~!$&'()+,=:-]+$/;
/** Paths that some servers take for another path: with encoded slashes, dots or percent signs, parameters or empty segments. */
const AMBIGUOUS_PATH = /%(?:2f|5c|2e|25|3b)|[\\;]|\/\//i;
/** Stands for a secret in a recording. */
const MASKED = "__masked_";

/**
 * Returns the fewest rules of `permissions.net` that allow all calls: one for each origin, with the methods that were
 * used, and the longest path that all calls to it begin with, by whole segments. The port is left out if it is the scheme's own.
 * @example
 * ```ts
 * const read = { method: "GET", url: "https://api.example.com/v1/users/7" };
 * const write = { method: "POST", url: "https://api.example.com/v1/orders?dry=1" };
 * inferRules([read, write]); // => ["GET,POST https://api.example.com/v1"]
 * ```
 */
export function inferRules(calls: Iterable<ObservedCall>): string[] {
  const origins = new Map<string, Observed>();
  for (const { method, url } of calls) {
    const origin = originOf(url);
    if (origin === undefined) continue;
    const segments = segmentsOf(new URL(url));
    const observed = origins.get(origin);
    if (observed === undefined) origins.set(origin, { methods: new Set([method.toUpperCase()]), prefix: segments });
    else {
      observed.methods.add(method.toUpperCase());
      observed.prefix = common(observed.prefix, segments);
    }
  }
  return [...origins]
    .map(
      ([origin, { methods, prefix }]) =>
        `${[...methods].sort().join(",")} ${origin}${prefix.map((one) => `/${one}`).join("")}`,
    )
    .sort((a, b) => (a.slice(a.indexOf(" ")) < b.slice(b.indexOf(" ")) ? -1 : 1));
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
