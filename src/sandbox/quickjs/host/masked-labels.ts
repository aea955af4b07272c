/**
 * A host of ASCII characters is only lowercased by the standard (https://url.spec.whatwg.org/#concept-domain-to-ascii), but the
 * runtime refuses one with a label `xn--...` that decodes to nothing. Such URLs are parsed with another text in its place.
 */

/** Texts with a mask for each `xn--` in their hosts. */
export interface MaskedTexts {
  texts: string[];
  /** Appears nowhere else in the texts, in either case. */
  mask: string;
}

/** Where a part of a text begins and ends. */
type Place = readonly [start: number, end: number];

const PREFIX = /xn--/gi;
/** The longest mask. Longer texts of one letter are not worth the time. */
const MAX_MASK = 64;

/**
 * Masks the labels in the hosts of texts.
 * @param placeOf returns where the host is in a text
 * @returns undefined if there is nothing to mask, or the standard would check the labels as well
 */
export function maskLabels(texts: readonly string[], placeOf: (text: string) => Place): MaskedTexts | undefined {
  const places = texts.map(placeOf);
  const hosts = texts.map((text, i) => text.slice(...(places[i] ?? [0, 0])));
  const isAscii = hosts.every((host) => /^[!-$&-~]*$/.test(host));
  if (!isAscii || !hosts.some((host) => host.search(PREFIX) >= 0)) return undefined;
  const mask = maskFor(texts);
  if (mask.length > MAX_MASK) return undefined;
  return { mask, texts: texts.map((text, i) => withMask(text, places[i] ?? [0, 0], mask)) };
}

/** Puts the labels back. */
export function unmaskLabels(text: string, { mask }: MaskedTexts): string {
  return text.replaceAll(mask, "xn--");
}

/** Returns a letter and a longer run of another one than the texts have. */
function maskFor(texts: readonly string[]): string {
  let longest = 0;
  for (const text of texts) for (const run of text.match(/q+/gi) ?? []) longest = Math.max(longest, run.length);
  return `x${"q".repeat(longest + 1)}`;
}

function withMask(text: string, [start, end]: Place, mask: string): string {
  return text.slice(0, start) + text.slice(start, end).replace(PREFIX, mask) + text.slice(end);
}
