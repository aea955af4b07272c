import type { HostRule } from "../../domain/network-rule.ts";

/** The parts of a request that rules are about. */
export interface RuledRequest {
  url: URL;
  /** In upper case, unless the method has small letters itself. */
  method: string;
}

/**
 * Tells whether a rule that allows something covers a request. The path has to be below the prefix however a server
 * reads it: with `%2F` as a slash, with `\`, with parameters (`/..;x/`), decoded twice.
 */
export function ruleAllows(rule: HostRule, request: RuledRequest): boolean {
  if (!coversOrigin(rule, request)) return false;
  return rule.prefix === undefined || readings(request.url.pathname, rule.prefix).every(below);
}

/** Tells whether a rule that forbids something covers a request: at least one reading of its path is below the prefix. */
export function ruleDenies(rule: HostRule, request: RuledRequest): boolean {
  if (!coversOrigin(rule, request)) return false;
  return rule.prefix === undefined || readings(request.url.pathname, rule.prefix).some(below);
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

/** One way to read a path, and the prefix read in the same way. */
interface Reading {
  path: string;
  prefix: string;
}

function below({ path, prefix }: Reading): boolean {
  return path === prefix || path.startsWith(`${prefix}/`);
}

/** How often a server may decode a path. */
const MOST_DECODINGS = 5;

/** Returns what servers may take a path for. The first reading is the path of the URL itself (RFC 3986, section 6.2.2). */
function readings(pathname: string, rulePrefix: string): Reading[] {
  if (!/[%\\;]|\/\//.test(pathname)) return [{ path: pathname, prefix: normalized(rulePrefix) }];
  const found: Reading[] = [{ path: normalized(pathname), prefix: normalized(rulePrefix) }];
  let [{ path, prefix }] = found as [Reading];
  for (let times = 0; times <= MOST_DECODINGS; times++) {
    found.push({ path: resolved(path), prefix }, { path: resolved(path.replace(/;[^/\\]*/g, "")), prefix });
    const decoded = decodeAll(path);
    if (decoded === path) break;
    path = decoded;
    prefix = resolved(decodeAll(prefix));
  }
  return found;
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
