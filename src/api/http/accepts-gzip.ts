/** Returns true if the client accepts gzip (RFC 9110, section 12.5.3). */
export function acceptsGzip({ headers }: Pick<Request, "headers">): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(headers.get("accept-encoding") ?? "");
}
