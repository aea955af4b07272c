import { CHANGEABLE_PARTS, type UrlParts } from "../url-part-names.ts";

/** Parts of a URL as JSON, undefined when it is none. */
export function parseUrl(input: string, base: string | undefined): string | undefined {
  const url = URL.parse(input, base);
  return url === null ? undefined : partsOf(url);
}

/** Parts of a URL after one was set by the standard's rules. */
export function changeUrl(href: string, part: string, value: string): string | undefined {
  const url = URL.parse(href);
  const name = CHANGEABLE_PARTS.find((candidate) => candidate === part);
  if (url === null || name === undefined) return undefined;
  try {
    url[name] = value;
  } catch {
    return undefined; // only `href` throws: the new value is no URL
  }
  return partsOf(url);
}

function partsOf(url: URL): string {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  return JSON.stringify({
    href,
    origin,
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
