/**
 * Returns a URL's target for the request line: path and query as written (RFC 9112 section 3.2.1), including an empty
 * query, which `URL.search` hides.
 */
export function requestTarget(url: URL): string {
  const { href } = url;
  const fragment = href.indexOf("#");
  return href.slice(href.indexOf("/", url.protocol.length + 2), fragment === -1 ? undefined : fragment);
}
