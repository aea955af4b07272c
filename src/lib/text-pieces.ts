/** A piece of a text. */
export interface TextPiece {
  text: string;
  /** What is left out between this piece and the next one: a line feed or nothing. Null after the last piece. */
  separator: "\n" | "" | null;
}

/**
 * Splits a text into pieces of at most `longest` characters (at least 2): at the last line feed of a piece, which is left
 * out, or else where it is full. No surrogate pair is split.
 */
export function* piecesOf(text: string, longest: number): Generator<TextPiece> {
  let at = 0;
  while (text.length - at > longest) {
    const feed = text.lastIndexOf("\n", at + longest);
    const end = feed > at ? feed : fullEnd(text, at + longest);
    yield { text: text.slice(at, end), separator: feed > at ? "\n" : "" };
    at = feed > at ? end + 1 : end;
  }
  yield { text: text.slice(at), separator: null };
}

function fullEnd(text: string, end: number): number {
  return /^[\ud800-\udbff][\udc00-\udfff]$/.test(text.slice(end - 1, end + 1)) ? end - 1 : end;
}
