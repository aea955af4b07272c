import type { SearchBudget } from "../masking/finder.ts";
import type { InsertionBudget } from "./insertion-budget.ts";
import { StandInSearch } from "./stand-in-search.ts";
import type { ValueWriter } from "./value-writer.ts";

/** What belongs to one request. */
export interface Inserting {
  search: StandInSearch;
  budget: InsertionBudget;
  searching: SearchBudget;
}

/** Prepares the insertion into one request. */
export function insertingInto(search: StandInSearch, budget: InsertionBudget): Inserting {
  return { search, budget, searching: StandInSearch.budget() };
}

/** How a text is treated. */
export interface TextOptions {
  writer: ValueWriter;
  /** The characters of base64 in this text. @default both alphabets. In a URL, a slash separates */
  digits?: RegExp;
  /** UTF-8 bytes as characters, which base64 is decoded to and values are encoded to. @default false */
  isBytes?: boolean;
  /** More of the text follows, so what may be incomplete at its end is left. @default false */
  continues?: boolean;
}

const DIGITS = /[\w+/-]/;

/**
 * Replaces stand-ins in a text, also inside base64. Takes time in proportion to its length.
 * @returns the text, and how much of the given one it covers
 * @throws {HttpFailure} `invalid-request` if a value can't be sent where its stand-in is
 */
export function insertValues(text: string, inserting: Inserting, options: TextOptions): { text: string; end: number } {
  const { search, budget, searching } = inserting;
  const { writer, digits = DIGITS, continues = false } = options;
  const parts: string[] = [];
  const limit = continues ? Math.max(0, search.all.incompleteAt(text) - BEFORE_GROUP) : text.length;
  const keep = (part: string) => {
    writer.pass(part);
    parts.push(part);
  };
  let copied = 0;
  for (let from = 0; ; ) {
    const found = search.find(text, from, { budget: searching, before: limit });
    if (found === undefined) break;
    const { standIn, offset } = found.value;
    from = found.end;
    if (offset === undefined) {
      keep(text.slice(copied, found.start));
      parts.push(budget.take(standIn, inBytes(writer.write(standIn), options)));
      copied = found.end;
      continue;
    }
    const run = base64Run(text, { start: found.start - offset, end: found.end }, copied, digits);
    if (run === undefined) continue;
    if (continues && run.end + MAX_PADDING > text.length) {
      keep(text.slice(copied, run.start));
      return { text: parts.join(""), end: run.start };
    }
    keep(text.slice(copied, run.start));
    parts.push(reencoded(text.slice(run.start, run.end), run.padding, inserting));
    copied = run.end + run.padding.length;
    from = copied;
  }
  const end = Math.max(copied, limit);
  if (parts.length === 0 && end === text.length) {
    writer.pass(text);
    return { text, end };
  }
  keep(text.slice(copied, end));
  return { text: parts.join(""), end };
}

/** Characters of a group of base64 that may be before the first one that belongs to a stand-in alone. */
const BEFORE_GROUP = 3;

/** `%3D%3D` */
const MAX_PADDING = 6;

function inBytes(value: string, { isBytes = false }: TextOptions): string {
  return isBytes ? Buffer.from(value, "utf8").toString("latin1") : value;
}

/** Returns the base64 around a stand-in, as far as it can be told from what is before it. */
function base64Run(
  text: string,
  { start: first, end: last }: { start: number; end: number },
  from: number,
  digits: RegExp,
): { start: number; end: number; padding: string } | undefined {
  if (first < from) return undefined;
  let start = first;
  while (start - 4 >= from && isAll(text, start - 4, digits)) start -= 4;
  let end = last;
  while (end < text.length && digits.test(text.charAt(end))) end++;
  return { start, end, padding: /^(?:=|%3[Dd]){0,2}/.exec(text.slice(end, end + MAX_PADDING))?.[0] ?? "" };
}

function isAll(text: string, from: number, digits: RegExp): boolean {
  for (let at = from; at < from + 4; at++) if (!digits.test(text.charAt(at))) return false;
  return true;
}

function reencoded(encoded: string, padding: string, { search, budget, searching }: Inserting): string {
  const bytes = Buffer.from(encoded, "base64").toString("latin1");
  const parts: string[] = [];
  let copied = 0;
  for (;;) {
    const found = search.find(bytes, copied, { budget: searching, only: "plain" });
    if (found === undefined) break;
    const { standIn } = found.value;
    parts.push(bytes.slice(copied, found.start));
    parts.push(budget.take(standIn, Buffer.from(standIn.value).toString("latin1")));
    copied = found.end;
  }
  if (parts.length === 0) return encoded + padding;
  parts.push(bytes.slice(copied));
  const isUrlSafe = /[-_]/.test(encoded);
  const inserted = Buffer.from(parts.join(""), "latin1");
  const plain = inserted.toString(isUrlSafe ? "base64url" : "base64").replace(/=+$/, "");
  // Without padding, it was either left out or not needed.
  const wasPadded = padding !== "" || encoded.length % 4 === 0;
  const equals = isUrlSafe || !wasPadded ? "" : "=".repeat((4 - (plain.length % 4)) % 4);
  return plain + (padding.startsWith("%") ? encodeURIComponent(equals) : equals);
}
