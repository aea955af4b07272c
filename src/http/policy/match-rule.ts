import type { HostRule } from "../../domain/network-rule.ts";

/** The parts of a request that rules are about. */
export interface RuledRequest {
  readonly url: URL;
  /** In upper case, unless the method has small letters itself. */
  readonly method: string;
  /** What servers may take the path for. The first rule with a prefix sets it. */
  readings?: PathReadings;
}

/** The readings of a path; `unclear` if they are too many to compare. */
type PathReadings = readonly Reading[] | "unclear";

/**
 * Tells whether a rule that allows something covers a request. The path has to be below the prefix however a server
 * reads it: with `%2F` as a slash, with `\`, with parameters (`/..;x/`), decoded twice.
 */
export function ruleAllows(rule: HostRule, request: RuledRequest): boolean {
  if (!coversOrigin(rule, request)) return false;
  if (rule.prefix === undefined) return true;
  const readings = readingsOf(request);
  return readings !== "unclear" && readings.every(isBelow(rule.prefix));
}

/** Tells whether a rule that forbids something covers a request: at least one reading of its path is below the prefix. */
export function ruleDenies(rule: HostRule, request: RuledRequest): boolean {
  if (!coversOrigin(rule, request)) return false;
  if (rule.prefix === undefined) return true;
  const readings = readingsOf(request);
  return readings === "unclear" || readings.some(isBelow(rule.prefix));
}

function coversOrigin(rule: HostRule, { url, method }: RuledRequest): boolean {
  if (rule.methods !== undefined && !rule.methods.includes(method.toUpperCase())) return false;
  if (rule.scheme !== undefined && !coversScheme(rule.scheme, url.protocol)) return false;
  if (rule.port !== undefined && rule.port !== portOf(url)) return false;
  // A name may end with the root's dot (RFC 1034, section 3.1).
  return coversHost(rule.host, url.hostname.replace(/\.$/, ""));
}

/** Returns the port that a URL leads to. */
export function portOf(url: URL): number {
  if (url.port !== "") return Number(url.port);
  return url.protocol === "https:" || url.protocol === "wss:" ? 443 : 80;
}

function coversHost(host: string, actual: string): boolean {
  if (host === "*") return true;
  return host.startsWith("*.") ? actual.length > host.length - 1 && actual.endsWith(host.slice(1)) : actual === host;
}

function coversScheme(scheme: string, protocol: string): boolean {
  return protocol === `${scheme}:` || (scheme.startsWith("http") && protocol === `${scheme.replace("http", "ws")}:`);
}

/** One way to read a path. */
interface Reading {
  path: string;
  /** How often it was decoded. A prefix is read in the same way. */
  decoded: number;
}

/** How often a server may decode a path. */
const MOST_DECODINGS = 5;
/**
 * Longest path, in characters, that is read in more than one way. A longer one is below no prefix that allows it and below
 * every one that forbids it, so that a task can't keep the host busy with a path.
 */
const LONGEST_PATH = 4_096;
/** What servers read differently. */
const UNCLEAR = /[%\\;]|\/\//;

/** Returns what servers may take a path for. The first reading is the path of the URL itself (RFC 3986, section 6.2.2). */
function readingsOf(request: RuledRequest): PathReadings {
  request.readings ??= readings(request.url.pathname);
  return request.readings;
}

function readings(pathname: string): PathReadings {
  if (!UNCLEAR.test(pathname)) return [{ path: pathname, decoded: 0 }];
  if (pathname.length > LONGEST_PATH) return "unclear";
  let path = normalized(pathname);
  const found: Reading[] = [{ path, decoded: 0 }];
  for (let times = 0; times <= MOST_DECODINGS; times++) {
    found.push({ path: resolved(path), decoded: times });
    if (path.includes(";")) found.push({ path: resolved(path.replace(/;[^/\\]*/g, "")), decoded: times });
    const next = decodeAll(path);
    if (next === path) break;
    path = next;
  }
  return found;
}

/** Returns a test whether a reading is below a prefix. */
function isBelow(rulePrefix: string): (reading: Reading) => boolean {
  const prefixes = [normalized(rulePrefix)];
  return ({ path, decoded }) => {
    while (prefixes.length <= decoded) prefixes.push(decodedPrefix(prefixes.at(-1) ?? ""));
    const prefix = prefixes[decoded] ?? "";
    return path === prefix || path.startsWith(`${prefix}/`);
  };
}

function decodedPrefix(prefix: string): string {
  return UNCLEAR.test(prefix) ? resolved(decodeAll(prefix)) : prefix;
}

/** Writes percent-encoded bytes in the one normal way: characters that need no encoding as themselves, others in capitals. */
function normalized(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%[\da-f]{2}/gi, (encoded) => {
    const character = decodeAll(encoded);
    return /[\w.~-]/.test(character) ? character : encoded.toUpperCase();
  });
}

/** Resolves `.`, `..` and empty segments, with `\` as a slash. */
function resolved(path: string): string {
  const kept: string[] = [];
  for (const segment of path.split(/[/\\]+/)) {
    if (segment === "..") kept.pop();
    else if (segment !== "." && segment !== "") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}

/** Decodes every percent-encoded byte as a character of its own: only ASCII matters for segments. */
function decodeAll(text: string): string {
  return text.replace(/%([\da-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
