/** How a stretch of text was divided: where its segments end, and for words whether each is one. */
export interface Division {
  ends: number[];
  wordLike?: boolean[];
}

/** The most characters of a stretch; a segment can't be longer. Dividing them takes some 60 ms. */
const MAX_STRETCH = 256 * 1024;

/**
 * A letter, or a mark on one, of a script that is written without spaces. The runtime looks words of such letters up in a
 * dictionary, and where they end depends on the whole run of letters.
 */
const DICTIONARY =
  /[\p{M}\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Talu}\p{sc=Tale}\p{sc=Lana}\p{sc=Tavt}\p{sc=Ahom}]/u;

/**
 * Divides a stretch of a longer text.
 * @param last the text ends here
 * @returns its segments up to a boundary that what follows can't change; null if the stretch is too short to have one
 * @throws {RangeError} if a segment is longer than a stretch can be
 */
export function divide(segmenter: Intl.Segmenter, text: string, last: boolean): Division | null {
  const ends: number[] = [];
  const wordLike: boolean[] = [];
  for (const { index, segment, isWordLike } of segmenter.segment(text)) {
    ends.push(index + segment.length);
    if (isWordLike !== undefined) wordLike.push(isWordLike);
  }
  const count = last ? ends.length : safeCount(text, ends, wordLike.length > 0);
  if (count === 0) {
    if (text.length < MAX_STRETCH) return null;
    throw new RangeError(`Intl.Segmenter divides texts whose segments have at most ${MAX_STRETCH} characters`);
  }
  return {
    ends: ends.slice(0, count),
    ...(wordLike.length > 0 && { wordLike: wordLike.slice(0, count) }),
  };
}

/**
 * Returns how many segments are certain. The last one is cut off. The one before it is certain only if what follows has
 * nothing to do with where it ends; the runtime looks ahead for that by less than a segment.
 */
function safeCount(text: string, ends: readonly number[], words: boolean): number {
  const most = Math.max(ends.length - 2, 0);
  if (!words) return most;
  for (let count = most; count > 0; count--) {
    const end = ends[count - 1] ?? 0;
    if (!DICTIONARY.test(text.slice(end - 2, end + 2))) return count;
  }
  return text.length < MAX_STRETCH ? 0 : most;
}
