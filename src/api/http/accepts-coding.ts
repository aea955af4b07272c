/** How a body can be compressed. */
export type ContentCoding = "gzip" | "br";

const PATTERNS: Readonly<Record<ContentCoding, RegExp>> = {
  gzip: /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i,
  br: /\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i,
};

/** Returns true if the client accepts a coding (RFC 9110, section 12.5.3). */
export function acceptsCoding({ headers }: Pick<Request, "headers">, coding: ContentCoding): boolean {
  return PATTERNS[coding].test(headers.get("accept-encoding") ?? "");
}
