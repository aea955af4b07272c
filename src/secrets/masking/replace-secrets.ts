import { type Finder, type FindOptions, type Found, searchBudget } from "./finder.ts";
import { jsonForm } from "./forms.ts";
import { type JsonPlace, JsonPlaces } from "./json-places.ts";
import type { FoundSecret, SecretSearch } from "./secret-search.ts";

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
  const parts: string[] = [];
  const options = { budget: searchBudget(text) };
  let copied = 0;
  for (let found = long.find(text, 0, options); found !== undefined; found = long.find(text, copied, options)) {
    const end = endOfOverlapping(long, text, found, options);
    parts.push(text.slice(copied, found.start), replacement(found.value, "string", text.slice(found.start, end)));
    copied = end;
  }
  const replaced = parts.length === 0 ? text : parts.join("") + text.slice(copied);
  return replaceQuoted(search, replaced, replacement);
}

function replaceQuoted({ short, shortInQuotes }: SecretSearch, text: string, replacement: Replacement): string {
  if (shortInQuotes === undefined) return text;
  return text.replace(shortInQuotes, (token: string, quote: string, form: string) => {
    const found = short.get(form) ?? [...short].find(([value]) => jsonForm(value) === form)?.[1];
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
  const options = { accept, budget: searchBudget(text) };
  const parts: string[] = [];
  let copied = 0;
  for (let from = 0; long.size > 0 && from < text.length; ) {
    const before = Math.min(from + STEP, text.length);
    for (let found = long.find(text, from, { ...options, before }); found !== undefined; ) {
      const { place } = last;
      const end = place === "value" ? found.end : endOfOverlapping(long, text, found, options);
      parts.push(text.slice(copied, found.start), replacement(found.value, place, text.slice(found.start, end)));
      copied = end;
      found = long.find(text, copied, { ...options, before });
    }
    from = Math.max(before, copied);
    yield;
  }
  const replaced = parts.length === 0 ? text : parts.join("") + text.slice(copied);
  return replaceShort(search, replaced, replacement);
}

/** Runs all steps at once. */
export function finishSteps<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The end of a secret and of those that begin inside it: nothing of another one may be left. */
function endOfOverlapping<T extends object | string>(
  long: Finder<T>,
  text: string,
  first: Found<T>,
  options: FindOptions,
): number {
  let { end } = first;
  for (let at = first.start + 1; at < end; ) {
    const next = long.find(text, at, { ...options, before: end });
    if (next === undefined) return end;
    end = Math.max(end, next.end);
    at = next.start + 1;
  }
  return end;
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
    const found = shortForms.get(`${level}${form}`);
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

/** Groups of the expression for short values, by how deeply the JSON is nested in strings of JSON. */
const LEVELS = ["level0", "level1", "level2"] as const;
