import { CHANGEABLE_PARTS, type ChangeablePart, type UrlParts } from "../../url-part-names.ts";
import { maskLabels, unmaskLabels } from "./masked-labels.ts";

/**
 * The longest user and host of a URL, characters. A name in DNS has at most 253. The time for letters outside ASCII grows
 * with the square of their number: 120 kB of combining marks took two seconds.
 */
const MAX_AUTHORITY = 4_096;
/** The text after a scheme that has a host, or after two slashes, up to the next slash. */
const AUTHORITY = /^(?!file:[/\\]{3})(?:(?:https?|wss?|ftp):[/\\]*|(?:[a-z][a-z0-9+.-]*:)?[/\\]{2,})([^/\\?#]*)/i;

/** Parses a URL by the standard in bounded time. @returns null if it is not a URL, or its host is far too long */
export function parseBounded(input: string, base?: string): URL | null {
  return hasLongAuthority(input) || (base !== undefined && hasLongAuthority(base)) ? null : URL.parse(input, base);
}

/** Returns the parts of a URL as JSON, or undefined if it is not a URL. */
export function parseUrl(input: string, base: string | undefined): string | undefined {
  const url = parseBounded(input, base);
  if (url !== null) return partsOf(url);
  const masked = maskLabels((base === undefined ? [input] : [input, base]).map(cleaned), placeOfHost);
  if (masked === undefined) return undefined;
  const [text = "", baseText] = masked.texts;
  const parsed = parseBounded(text, baseText);
  return parsed === null ? undefined : unmaskLabels(partsOf(parsed), masked);
}

/** Sets one part of a URL by the standard's rules and returns the parts as JSON. */
export function changeUrl(href: string, part: string, value: string): string | undefined {
  const name = CHANGEABLE_PARTS.find((candidate) => candidate === part);
  if (name === undefined) return undefined;
  if (name === "href") return parseUrl(value, undefined);
  const isHost = name === "host" || name === "hostname";
  if (isHost && value.length > MAX_AUTHORITY) return parseUrl(href, undefined); // changes nothing
  const url = parseBounded(href);
  const masked =
    url !== null && !isHost
      ? undefined
      : maskLabels([href, isHost ? value : ""], (text) => (text === href ? placeOfHost(text) : [0, text.length]));
  if (masked === undefined) return url === null ? undefined : changedParts(url, name, value);
  const [text = "", newText = ""] = masked.texts;
  const parsed = parseBounded(text);
  return parsed === null ? undefined : unmaskLabels(changedParts(parsed, name, isHost ? newText : value), masked);
}

/** Sets any part except `href`. */
function changedParts(url: URL, name: Exclude<ChangeablePart, "href">, value: string): string {
  // Without its white space such a value is empty, but it changes nothing, while an empty value clears the port.
  if (name === "port" && value !== "" && /^[\t\n\r]*$/.test(value)) return partsOf(url);
  url[name] = value;
  if (name === "host" && givesDefaultPort(url, value)) url.port = "";
  return partsOf(url);
}

function hasLongAuthority(input: string): boolean {
  if (input.length <= MAX_AUTHORITY) return false;
  return (AUTHORITY.exec(cleaned(input))?.[1]?.length ?? 0) > MAX_AUTHORITY;
}

/** Returns a text without what the parser removes. */
function cleaned(input: string): string {
  return input.replace(/[\t\n\r]/g, "").replace(/^[\0-\x20]+/, "");
}

/** Returns where the host and the port are in a URL. */
function placeOfHost(text: string): readonly [start: number, end: number] {
  const [{ length: end } = "", authority = ""] = AUTHORITY.exec(text) ?? [];
  return [end - authority.length + authority.lastIndexOf("@") + 1, end];
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = {
  "http:": "80",
  "https:": "443",
  "ws:": "80",
  "wss:": "443",
  "ftp:": "21",
};

/**
 * Does a new host include the scheme's default port? The URL then has no port
 * (https://url.spec.whatwg.org/#port-state), but the runtime keeps the old one.
 */
function givesDefaultPort({ protocol, host }: URL, value: string): boolean {
  const port = /^[^/?#\\]*?(?:\]|[^:\]]):0*(\d+)/.exec(value.replace(/[\t\n\r]/g, ""))?.[1];
  return port !== undefined && port === DEFAULT_PORTS[protocol] && host !== "";
}

function partsOf(url: URL): string {
  const { href, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return JSON.stringify({
    href,
    origin: originOf(url),
    protocol,
    username,
    password,
    host,
    hostname,
    port,
    pathname,
    search,
    hash,
  } satisfies UrlParts);
}

/**
 * Returns the origin by https://url.spec.whatwg.org/#origin, as text. The runtime has an origin for schemes that have
 * none, and for more blobs than the standard.
 */
function originOf({ protocol, host, pathname }: URL): string {
  if (Object.hasOwn(DEFAULT_PORTS, protocol)) return `${protocol}//${host}`;
  const inner = protocol === "blob:" ? parseBounded(pathname) : null;
  return inner !== null && /^https?:$/.test(inner.protocol) ? `${inner.protocol}//${inner.host}` : "null";
}
