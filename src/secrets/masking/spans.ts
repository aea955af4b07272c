import type { JsonPlace } from "./json-places.ts";
import type { FoundSecret } from "./secret-search.ts";

/** A part of a text that is replaced. */
export interface Span {
  start: number;
  end: number;
  place: JsonPlace;
  found: FoundSecret;
}

/**
 * Adds a span that starts at or after the last one. Overlapping spans become one, so that nothing of a secret is left.
 * A complete value of JSON contains all that overlaps with it.
 */
export function addSpan(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last === undefined || span.start < last.start || span.start >= last.end) spans.push(span);
  else if (last.place === "string") last.end = Math.max(last.end, span.end);
}

/** Returns the spans of two lists in their order, without overlaps. */
export function mergedSpans(first: readonly Span[], second: readonly Span[]): readonly Span[] {
  if (second.length === 0) return first;
  const merged: Span[] = [];
  const all = [...first, ...second].sort((a, b) => a.start - b.start || b.end - a.end);
  for (const span of all) addSpan(merged, span);
  return merged;
}
