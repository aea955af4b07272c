import { placeholdersIn } from "./placeholder.ts";

/**
 * Returns the sizes of a body's pieces after it was masked. A piece that ended within a secret ends after the placeholder.
 * @param sizes of the pieces before, bytes
 */
export function maskedPieces(sizes: readonly number[], before: Uint8Array, after: Uint8Array): number[] {
  if (before === after) return [...sizes];
  const spans = keptSpans(latin1(before), latin1(after));
  const masked: number[] = [];
  let end = 0;
  let maskedEnd = 0;
  for (const size of sizes) {
    end += size;
    const place = end >= before.length ? after.length : placeAfter(end, spans, after.length);
    if (place > maskedEnd) masked.push(place - maskedEnd);
    maskedEnd = Math.max(maskedEnd, place);
  }
  return masked;
}

/** A part of a body that masking left as it was. */
interface Span {
  before: number;
  after: number;
  length: number;
}

/** Finds the texts between the placeholders in the body before it was masked. They are in the same order there. */
function keptSpans(before: string, after: string): Span[] {
  const spans: Span[] = [];
  let at = 0;
  let from = 0;
  const keep = (to: number) => {
    const text = after.slice(from, to);
    const found = to === after.length ? before.length - text.length : before.indexOf(text, at);
    if (text === "" || found < at || !before.startsWith(text, found)) return;
    spans.push({ before: found, after: from, length: text.length });
    at = found + text.length;
  };
  for (const { index, text } of placeholdersIn(after)) {
    keep(index);
    from = index + text.length;
  }
  keep(after.length);
  return spans;
}

/** Returns the place in the masked body that corresponds to one in the original: within a secret, the end of its placeholder. */
function placeAfter(place: number, spans: readonly Span[], end: number): number {
  for (const { before, after, length } of spans) {
    if (place <= before) return after;
    if (place <= before + length) return after + place - before;
  }
  return end;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
