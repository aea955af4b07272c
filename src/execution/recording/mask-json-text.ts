import {
  BACKSLASH,
  CLOSE_LIST,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  OPEN_LIST,
  OPEN_OBJECT,
  QUOTE,
  SPACE,
} from "../../lib/json-characters.ts";
import type { Masker } from "./masker.ts";
import { holdsSecrets, secretFieldKind } from "./secret-names.ts";

/** A number that can be a secret, such as a code of digits. */
const NUMBER = /\d{3,}(?![\d.eE])/y;
/** Maximum nesting of JSON inside strings of JSON. */
const DEEPEST_NESTED = 3;
const MOST_KINDS = 1_000;
/** A string of JSON with fewer characters may be a short secret, with every character escaped. */
const LONGEST_SHORT = 100;

/** A text that is being masked, from its start to its end. */
interface Masking {
  readonly text: string;
  readonly masker: Masker;
  /** How many strings of JSON this text is nested in. */
  readonly nested: number;
  /** The masked text up to {@link Masking.copied}. */
  readonly parts: string[];
  copied: number;
  /** For each open object or list, the kind of secret of everything in it. */
  readonly open: (string | undefined)[];
  /** Kind of the member whose value follows. */
  pending: string | undefined;
  /** A cache, because the same few names occur repeatedly. */
  readonly kinds: Map<string, string | undefined>;
}

/**
 * Masks the secrets of JSON without changing any other character: strings and numbers of members with a secret name,
 * and known secrets anywhere. It works leniently in one pass without recursion, on one document, several, part of one,
 * or a log line that contains JSON. JSON inside strings is masked, too.
 */
export function maskJsonText(text: string, masker: Masker, nested = 0): string {
  const masking: Masking = {
    text,
    masker,
    nested,
    parts: [],
    copied: 0,
    open: [],
    pending: undefined,
    kinds: new Map(),
  };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    at = code === QUOTE ? maskString(masking, at) : maskOther(masking, at, code);
  }
  return masking.parts.join("") + masker.text(text.slice(masking.copied));
}

/** Masks a string, unless it is a member's name. @returns the index after it */
function maskString(masking: Masking, at: number): number {
  const { text, masker, nested, open } = masking;
  const end = stringEnd(text, at);
  const colon = skipSpace(text, end);
  if (text.charCodeAt(colon) === COLON) {
    masking.pending = kindOf(masking, text.slice(at, end)) ?? open.at(-1);
    return colon + 1;
  }
  const kind = masking.pending ?? open.at(-1);
  const token = text.slice(at, end);
  const short = token.length < LONGEST_SHORT ? masker.whole(stringOf(token)) : undefined;
  if (short !== undefined) replace(masking, at, end, JSON.stringify(short));
  else if (kind !== undefined) {
    const value = stringOf(token);
    if (value !== "") replace(masking, at, end, JSON.stringify(masker.secret(kind, value)));
  } else if (nested < DEEPEST_NESTED && token.includes('\\"')) {
    const value = stringOf(token);
    const masked = maskJsonText(value, masker, nested + 1);
    if (masked !== value) replace(masking, at, end, JSON.stringify(masked));
  }
  masking.pending = undefined;
  return end;
}

/** Opens and closes containers, and masks numbers. @returns the index of the next character to look at */
function maskOther(masking: Masking, at: number, code: number): number {
  const { open, pending } = masking;
  if (code === OPEN_OBJECT || code === OPEN_LIST) {
    const kind = pending ?? open.at(-1);
    open.push(kind !== undefined && (code === OPEN_LIST || holdsSecrets(kind)) ? kind : undefined);
    masking.pending = undefined;
  } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
    open.pop();
    masking.pending = undefined;
  } else if (code === COMMA) masking.pending = undefined;
  else if (code > SPACE && pending !== undefined) {
    masking.pending = undefined;
    return maskNumber(masking, at, pending);
  }
  return at + 1;
}

/** Masks the number that starts here, if one does. @returns the index of the next character to look at */
function maskNumber(masking: Masking, at: number, kind: string): number {
  NUMBER.lastIndex = at;
  const number = NUMBER.exec(masking.text)?.[0];
  if (number === undefined) return at + 1;
  const end = at + number.length;
  replace(masking, at, end, JSON.stringify(masking.masker.secret(kind, number)));
  return end;
}

function replace(masking: Masking, from: number, to: number, by: string): void {
  masking.parts.push(masking.masker.text(masking.text.slice(masking.copied, from)), by);
  masking.copied = to;
}

/** @param name a member's name in its quotes */
function kindOf({ kinds, masker }: Masking, name: string): string | undefined {
  const known = kinds.get(name);
  if (known !== undefined || kinds.has(name)) return known;
  const kind = kindOfName(stringOf(name), masker);
  if (kinds.size < MOST_KINDS && name.length < 100) kinds.set(name, kind);
  return kind;
}

/** A placeholder has the kind in it, so a name that is a secret itself has another kind. */
function kindOfName(name: string, masker: Masker): string | undefined {
  const kind = secretFieldKind(name);
  return kind === undefined || masker.text(name) === name ? kind : "secret";
}

/** Returns the index after the closing quote, or the end of the text if the string is not closed. */
function stringEnd(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at;
    while (text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((at - before) % 2 === 0) return at + 1;
  }
  return text.length;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charCodeAt(at) <= SPACE) at++;
  return at;
}

/** Returns the value of a string token, or its raw content if it is malformed. */
function stringOf(token: string): string {
  const inner = token.slice(1, token.endsWith('"') && token.length > 1 ? -1 : undefined);
  if (!inner.includes("\\")) return inner;
  try {
    return String(JSON.parse(token));
  } catch {
    return inner;
  }
}
