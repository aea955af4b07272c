import type { Escapes } from "./escapes.ts";
import { type Finder, type SearchBudget, SlowSearch } from "./finder.ts";
import type { JsonPlaces } from "./json-places.ts";
import { type DecodeOptions, Reading } from "./reading.ts";
import type { FoundSecret } from "./secret-search.ts";
import { addSpan, type Span } from "./spans.ts";

/** How deeply escapes may be nested. */
const LEVELS = 3;

/** Units that are decoded in one step: a few milliseconds if all of them are escapes. */
const STEP = 64 * 1024;

/** Longer parts of a text are not held back while a value may be incomplete. */
const LONGEST_INCOMPLETE_VALUE = 4 * 1024 * 1024;

/** What is searched for behind escapes. */
export interface EscapedSearch {
  long: Finder<FoundSecret>;
  escapes: readonly Escapes[];
}

/** Id of a form that was found behind escapes. */
const ESCAPED = "escaped";

/**
 * Finds secrets of which any characters are written as escapes. A text without escapes costs nothing.
 * Each step takes a few milliseconds.
 * @param places of a JSON text, whose replacement has to stay JSON
 * @throws {SlowSearch}
 */
export function* escapedSpans(
  search: EscapedSearch,
  text: string,
  { budget, places }: { budget: SearchBudget; places?: JsonPlaces | undefined },
): Generator<undefined, Span[]> {
  const spans: Span[] = [];
  if (search.long.size === 0 || !search.escapes.some(({ present }) => present.test(text))) return spans;
  let step = Math.max(STEP, 2 * search.long.longest);
  for (let from = 0; from < text.length; ) {
    const continues = from + step < text.length;
    const readings = readingsOf(search.escapes, text.slice(from, from + step), continues);
    for (const reading of readings) findInReading(search, reading, { from, budget, places: places?.from(from), spans });
    if (!continues) break;
    const end = incompleteIn(search, text.slice(from, from + step), readings);
    if (end === 0) step *= 2;
    from += end;
    if (step > LONGEST_INCOMPLETE_VALUE + 4 * search.long.longest) throw slow();
    yield;
  }
  return spans;
}

/**
 * Returns the first index at which a secret may begin that is not complete yet, in any form; otherwise the length.
 * @throws {SlowSearch} if too much of the text would have to be held back
 */
export function incompleteSecretAt(search: EscapedSearch, text: string): number {
  const at = incompleteIn(search, text, readingsOf(search.escapes, text, true));
  if (text.length - at > LONGEST_INCOMPLETE_VALUE + search.long.longest) throw slow();
  return at;
}

function incompleteIn({ long }: EscapedSearch, text: string, readings: readonly Reading[]): number {
  let at = long.incompleteAt(text);
  for (const reading of readings) at = Math.min(at, reading.complete, reading.startOf(long.incompleteAt(reading.text)));
  // What comes after has to be read in the same way, so it can't begin inside an escape.
  for (let before = -1; before !== at; ) {
    before = at;
    for (const reading of readings) at = reading.alignedStart(at);
  }
  return at;
}

function slow(): SlowSearch {
  return new SlowSearch("the text has too many escapes");
}

/** Returns all readings of a text with one or more levels of escapes decoded. */
function readingsOf(escapes: readonly Escapes[], text: string, continues: boolean): Reading[] {
  const readings = decodedLevels(escapes, text, { isBytes: false, continues });
  // A text of such characters only may be bytes of UTF-8, which differ from the characters beyond ASCII.
  const mayBeBytes = /[\u0080-\u00ff]/.test(text) && !/[^\0-\u00ff]/.test(text);
  if (!mayBeBytes || !readings.some(({ hasWide }) => hasWide)) return readings;
  return [...readings, ...decodedLevels(escapes, text, { isBytes: true, continues })];
}

function decodedLevels(escapes: readonly Escapes[], text: string, options: DecodeOptions): Reading[] {
  const readings: Reading[] = [];
  let level = [Reading.of(text)];
  for (let depth = 0; depth < LEVELS && level.length > 0; depth++) {
    level = level.flatMap((reading) => escapes.flatMap((one) => reading.decoded(one, options) ?? []));
    readings.push(...level);
  }
  return readings;
}

function findInReading(
  { long }: EscapedSearch,
  reading: Reading,
  {
    from,
    budget,
    places,
    spans,
  }: { from: number; budget: SearchBudget; places: JsonPlaces | undefined; spans: Span[] },
): void {
  let place: Span["place"] = "string";
  const accept = (start: number, end: number) => {
    const found =
      places === undefined ? "string" : places.placeOf(from + reading.startOf(start), from + reading.endOf(end));
    if (found !== undefined) place = found;
    return found !== undefined;
  };
  for (let at = 0; ; ) {
    const found = long.find(reading.text, at, { accept, budget });
    if (found === undefined) return;
    const start = from + reading.startOf(found.start);
    const end = from + reading.endOf(found.end);
    addSpan(spans, { start, end, place, found: { ...found.value, id: ESCAPED } });
    at = found.start + 1;
  }
}
