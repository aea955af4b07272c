import { CHANGEABLE_PARTS, type UrlParts } from "../../url-part-names.ts";

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
  return url === null ? undefined : partsOf(url);
}

/** Sets one part of a URL by the standard's rules and returns the parts as JSON. */
export function changeUrl(href: string, part: string, value: string): string | undefined {
  const url = parseBounded(href);
  const name = CHANGEABLE_PARTS.find((candidate) => candidate === part);
  if (url === null || name === undefined) return undefined;
  if (name === "href" && hasLongAuthority(value)) return undefined;
  if ((name === "host" || name === "hostname") && value.length > MAX_AUTHORITY) return partsOf(url); // changes nothing
  // Without its white space such a value is empty, but it changes nothing, while an empty value clears the port.
  if (name === "port" && value !== "" && /^[\t\n\r]*$/.test(value)) return partsOf(url);
  try {
    url[name] = value;
  } catch {
    return undefined; // only `href` throws: the new value is not a URL
  }
  if (name === "host" && givesDefaultPort(url, value)) url.port = "";
  return partsOf(url);
}

function hasLongAuthority(input: string): boolean {
  if (input.length <= MAX_AUTHORITY) return false;
  // The parser removes these wherever they are.
  const text = input.replace(/[\t\n\r]/g, "").replace(/^[\0-\x20]+/, "");
  return (AUTHORITY.exec(text)?.[1]?.length ?? 0) > MAX_AUTHORITY;
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
