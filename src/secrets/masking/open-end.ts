import { jsonForm } from "./forms.ts";
import type { SecretSearch } from "./secret-search.ts";

/** Longer than any short value in quotes, characters: with escapes, and with those of nested JSON before its quotes. */
const LONGEST_QUOTED = 256;

/** How many of the longest forms a search for the end goes back. Only texts of forms that overlap each other need more. */
const MOST_BACK = 8;

/**
 * Returns the end of what can be masked of a text whose continuation is not known: no form of a secret begins before it and
 * ends, or might end, after it. Returns the length if the text does not end with the beginning of a form.
 */
export function openEnd(search: SecretSearch, text: string): number {
  const end = longEnd(search, text);
  return search.shortInQuotes === undefined ? end : Math.min(end, quotedEnd(search, text.slice(0, end)));
}

function longEnd({ long }: SecretSearch, text: string): number {
  let end = long.incompleteAt(text);
  const least = end - MOST_BACK * long.longest;
  // A complete form that reaches beyond the end must not be split either.
  for (let at = Math.max(0, end - long.longest); end > least; ) {
    const found = long.find(text, at, { before: end });
    if (found === undefined) return end;
    at = found.start + 1;
    if (found.end <= end) continue;
    end = found.start;
    at = Math.max(0, end - long.longest);
  }
  return end;
}

function quotedEnd({ short, shortInQuotes }: SecretSearch, text: string): number {
  const start = Math.max(0, text.length - LONGEST_QUOTED);
  const tail = text.slice(start);
  const forms = [...short.keys()].flatMap((value) => [value, jsonForm(value)]);
  const complete = shortInQuotes === undefined ? [] : [...tail.matchAll(shortInQuotes)];
  for (const { 0: quote, index } of tail.matchAll(/\\+$|\\*["'`]/g)) {
    const rest = tail.slice(index + quote.length);
    const isInside = complete.some((found) => found.index <= index && index < found.index + found[0].length);
    if (!isInside && forms.some((form) => form.startsWith(rest) || isClosing(rest, form))) return start + index;
  }
  return text.length;
}

/** Is a text a form and the escapes before the quote that closes it? */
function isClosing(text: string, form: string): boolean {
  return text.startsWith(form) && /^\\*$/.test(text.slice(form.length));
}
