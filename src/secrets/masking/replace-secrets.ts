import { escapedSpans } from "./escaped-search.ts";
import { searchBudget } from "./finder.ts";
import { type JsonPlace, JsonPlaces } from "./json-places.ts";
import type { FoundSecret, SecretSearch, ShortForm } from "./secret-search.ts";
import { addSpan, mergedSpans, type Span } from "./spans.ts";

/**
 * Returns what replaces a form of a secret. A `value` of JSON is replaced by a complete value.
 * @param text all that is replaced: the form, and what overlaps with it
 */
export type Replacement = (found: FoundSecret, place: JsonPlace, text: string) => string;

/** Units that are searched in one step: about 1 ms. */
const STEP = 512 * 1024;

/** Replaces all forms of secrets in a text; short values only where they are the whole text or in quotes. @throws {SlowSearch} */
export function replaceInText(search: SecretSearch, text: string, replacement: Replacement): string {
  const { long, short } = search;
  const whole = short.get(text);
  if (whole !== undefined) return replacement(whole, "string", text);
  const budget = searchBudget(text);
  const spans: Span[] = [];
  for (let found = long.find(text, 0, { budget }); found !== undefined; ) {
    addSpan(spans, { start: found.start, end: found.end, place: "string", found: found.value });
    found = long.find(text, found.start + 1, { budget });
  }
  const escaped = finishSteps(escapedSpans(search, text, { budget }));
  const replaced = replaceSpans(text, mergedSpans(spans, escaped), replacement);
  return replaceQuoted(search, replaced, replacement);
}

function replaceQuoted({ shortForms, shortInQuotes }: SecretSearch, text: string, replacement: Replacement): string {
  if (shortInQuotes === undefined) return text;
  return text.replace(shortInQuotes, (token: string, quote: string, form: string) => {
    const found = shortFound(shortForms, form, undefined);
    return found === undefined ? token : quote + replacement(found, "string", form) + quote;
  });
}

/**
 * Replaces all forms of secrets in a JSON text, also in names of members, so that it stays JSON; short values only where a
 * string is the whole value. Each step takes about 1 ms, so that the caller can do something else in between.
 * @returns the text itself if there is nothing to replace
 * @throws {SlowSearch}
 */
export function* replaceInJson(
  search: SecretSearch,
  text: string,
  replacement: Replacement,
): Generator<undefined, string> {
  const { long } = search;
  const places = new JsonPlaces(text);
  const last: { place: JsonPlace } = { place: "string" };
  const accept = (start: number, end: number) => {
    const found = places.placeOf(start, end);
    if (found !== undefined) last.place = found;
    return found !== undefined;
  };
  const budget = searchBudget(text);
  const spans: Span[] = [];
  for (let from = 0; long.size > 0 && from < text.length; from += STEP) {
    const options = { accept, budget, before: Math.min(from + STEP, text.length) };
    for (let found = long.find(text, from, options); found !== undefined; ) {
      addSpan(spans, { start: found.start, end: found.end, place: last.place, found: found.value });
      found = long.find(text, found.start + 1, options);
    }
    yield;
  }
  const escaped = yield* escapedSpans(search, text, { budget, places: new JsonPlaces(text) });
  const replaced = replaceSpans(text, mergedSpans(spans, escaped), replacement);
  return replaceShort(search, replaced, replacement);
}

/** Runs all steps at once. */
export function finishSteps<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** Replaces spans that are in order and do not overlap. */
export function replaceSpans(text: string, spans: readonly Span[], replacement: Replacement): string {
  if (spans.length === 0) return text;
  const parts: string[] = [];
  let copied = 0;
  for (const { start, end, place, found } of spans) {
    parts.push(text.slice(copied, start), replacement(found, place, text.slice(start, end)));
    copied = end;
  }
  return parts.join("") + text.slice(copied);
}

function replaceShort({ shortInJson, shortForms }: SecretSearch, text: string, replacement: Replacement): string {
  if (shortInJson === undefined) return text;
  const places = new JsonPlaces(text);
  const pattern = new RegExp(shortInJson);
  const parts: string[] = [];
  let copied = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [token] = match;
    const level = LEVELS.findIndex((name) => match?.groups?.[name] !== undefined);
    const form = match.groups?.[LEVELS[level] ?? ""] ?? "";
    const found = shortFound(shortForms, form, level);
    // The quotes of two strings may have a value between them that is in neither.
    if (found === undefined || places.opensAt(match.index) !== (level === 0)) {
      pattern.lastIndex = match.index + 1;
      continue;
    }
    const masked = token.replace(form, () => replacement(found, "string", form));
    parts.push(text.slice(copied, match.index), masked);
    copied = match.index + token.length;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(copied);
}

function shortFound(forms: readonly ShortForm[], form: string, level: number | undefined): FoundSecret | undefined {
  return forms.find((one) => one.level === level && one.pattern.test(form))?.found;
}

/** Groups of the expression for short values, by how deeply the JSON is nested in strings of JSON. */
const LEVELS = ["level0", "level1", "level2"] as const;
