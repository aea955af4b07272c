/**
 * Shortens a text that became too long, so that different texts stay different.
 * @param longest number of characters, at least 32
 */
export function fitted(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 16);
  return `${text.slice(0, longest - end.length - 1)}~${end}`;
}
