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

/**
 * Masks the secrets of JSON without changing any other character: strings and numbers of members with a secret name,
 * and known secrets anywhere. It works leniently in one pass without recursion, on one document, several, part of one,
 * or a log line that contains JSON. JSON inside strings is masked, too.
 */
export function maskJsonText(text: string, masker: Masker, nested = 0): string {
  const parts: string[] = [];
  let copied = 0;
  /** For each open object or list, the kind of secret of everything in it. */
  const open: (string | undefined)[] = [];
  /** Kind of the member whose value follows. */
  let pending: string | undefined;
  const replace = (from: number, to: number, by: string) => {
    parts.push(masker.text(text.slice(copied, from)), by);
    copied = to;
  };
  /** A cache, because the same few names occur repeatedly. */
  const kinds = new Map<string, string | undefined>();
  const kindOf = (name: string) => {
    const known = kinds.get(name);
    if (known !== undefined || kinds.has(name)) return known;
    const kind = secretFieldKind(stringOf(name));
    if (kinds.size < MOST_KINDS && name.length < 100) kinds.set(name, kind);
    return kind;
  };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      const end = stringEnd(text, at);
      const colon = skipSpace(text, end);
      if (text.charCodeAt(colon) === COLON) {
        pending = kindOf(text.slice(at, end)) ?? open.at(-1);
        at = colon + 1;
        continue;
      }
      const kind = pending ?? open.at(-1);
      const token = text.slice(at, end);
      if (kind !== undefined) {
        const value = stringOf(token);
        if (value !== "") replace(at, end, JSON.stringify(masker.secret(kind, value)));
      } else if (nested < DEEPEST_NESTED && token.includes('\\"')) {
        const value = stringOf(token);
        const masked = maskJsonText(value, masker, nested + 1);
        if (masked !== value) replace(at, end, JSON.stringify(masked));
      }
      pending = undefined;
      at = end;
      continue;
    }
    if (code === OPEN_OBJECT || code === OPEN_LIST) {
      const kind = pending ?? open.at(-1);
      open.push(kind !== undefined && (code === OPEN_LIST || holdsSecrets(kind)) ? kind : undefined);
      pending = undefined;
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      open.pop();
      pending = undefined;
    } else if (code === COMMA) pending = undefined;
    else if (code > SPACE && pending !== undefined) {
      NUMBER.lastIndex = at;
      const number = NUMBER.exec(text)?.[0];
      if (number !== undefined) {
        replace(at, at + number.length, JSON.stringify(masker.secret(pending, number)));
        at += number.length - 1;
      }
      pending = undefined;
    }
    at++;
  }
  return parts.join("") + masker.text(text.slice(copied));
}

/** Returns the index after the closing quote, or the end of the text if there is none. */
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
