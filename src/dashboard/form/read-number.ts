/** JSON's numbers, and forms that people also write: a plus sign, and no digit before or after the point. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Returns the number that a text is; the text itself if JSON has no such number. */
export function readNumber(text: string): number | string {
  const trimmed = text.trim();
  if (!NUMBER.test(trimmed)) return text;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : text;
}
