const LONGEST = 200;

/**
 * A URL as messages name it: without credentials, query and fragment (they may hold secrets), and not endless.
 */
export function describeUrl(url: string | URL): string {
  const parsed = typeof url === "string" ? parse(url) : url;
  if (parsed === undefined) return shorten(String(url));
  if (parsed.protocol !== "http:" && parsed.protocol !== "https:") return `${parsed.protocol}...`;
  return shorten(`${parsed.protocol}//${parsed.host}${parsed.pathname}`);
}

/** `GET https://host/path`, for messages. */
export function describeRequest(request: { method: string; url: string }): string {
  return `${request.method} ${describeUrl(request.url)}`;
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}

function shorten(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
