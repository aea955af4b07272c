/**
 * Reads the header `Idempotency-Key`. Its value may be in quotation marks, like a string in a structured field.
 * @returns undefined without the header
 */
export function headerKey(headers: Headers): string | undefined {
  const sent = headers.get("idempotency-key");
  if (sent === null) return undefined;
  return /^"(?:[^"\\]|\\["\\])*"$/.test(sent) ? sent.slice(1, -1).replace(/\\(.)/g, "$1") : sent;
}
