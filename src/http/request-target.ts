/**
 * What a request line says of a URL: the path and the query as they are written (RFC 9112 section 3.2.1), an empty query
 * included, which `URL.search` hides.
 */
export function requestTarget(url: URL): string {
  const { href } = url;
  const fragment = href.indexOf("#");
  return href.slice(href.indexOf("/", url.protocol.length + 2), fragment === -1 ? undefined : fragment);
}
