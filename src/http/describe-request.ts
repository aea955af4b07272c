const LONGEST = 200;

/**
 * Formats a URL for messages: without credentials, query and fragment, which may hold secrets, and shortened.
 */
export function describeUrl(url: string | URL): string {
  const parsed = typeof url === "string" ? parse(url) : url;
  if (parsed === undefined) return shorten(String(url));
  if (!/^(?:https?|wss?):$/.test(parsed.protocol)) return `${parsed.protocol}...`;
  return shorten(`${parsed.protocol}//${parsed.host}${parsed.pathname}`);
}

/** Formats a request for messages: `GET https://host/path`, or `WebSocket wss://host/path`. */
export function describeRequest(request: { method: string; url: string }): string {
  return `${/^wss?:/i.test(request.url) ? "WebSocket" : request.method} ${describeUrl(request.url)}`;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Keeps whole segments of the path: a part of a segment might be a part of a secret, which is not masked. */
function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, text.lastIndexOf("/", LONGEST - 1) + 1)}...`;
}
