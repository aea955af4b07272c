/** A date and time of day as browsers write them, without a zone. */
const LOCAL = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?$/;

/** Returns a text as a time with a zone (RFC 3339) if it is one without a zone; any other text as it is. */
export function toTimeWithZone(text: string): string {
  if (!LOCAL.test(text)) return text;
  const ms = Date.parse(text.replace(/[t ]/, "T"));
  return Number.isNaN(ms) ? text : new Date(ms).toISOString();
}
