import { isPlaceholder, placeholderAt, placeholderOf, placeholdersIn } from "./placeholder.ts";
import { secretHeaderKind } from "./secret-names.ts";

/** Knows the secrets of one recording and their placeholders. */
export interface Masker {
  /**
   * The placeholder of a secret found at a place of its own: the same for the same value, whatever its kind; a
   * placeholder stays what it is, and so does a scheme such as `Bearer` before it. From then on {@link text} replaces
   * the value wherever it stands, if it is long enough not to hit ordinary words.
   */
  secret(kind: string, value: string): string;
  /** Replaces all known secrets in a text, even if escaped, percent-encoded or in base64. */
  text(text: string): string;
}

/**
 * Authentication schemes (RFC 9110, section 11, and others in use). Anything else counts as part of the secret.
 */
const SCHEME =
  /^(?:apikey|api-key|aws4-hmac-sha256|basic|bearer|digest|dpop|hawk|hmac|jwt|key|mac|negotiate|ntlm|oauth|sharedkey|sharedkeylite|signature|ssws|token)[ \t]+(?=\S)/i;

/** Kinds whose value may start with a scheme. */
const WITH_SCHEME = /auth|token/;

/** Shortest secret that is looked for everywhere, characters: one that was found by the name of its field... */
const SHORTEST_FOUND = 8;
/** ...and one that was declared to be a secret. */
const SHORTEST_DECLARED = 4;

/**
 * Creates a masker.
 * @param declared known secrets, by name
 * @param avoid texts with existing placeholders, whose numbers are not used again
 */
export function createMasker(declared: Readonly<Record<string, string>> = {}, avoid: Iterable<string> = []): Masker {
  const placeholders = new Map<string, string>();
  const numbers = new Map<string, number>();
  const finder = createFinder();

  /** Keeps the meaning of placeholders that already exist, and never uses their numbers again. */
  function adopt(text: string): void {
    for (const found of placeholdersIn(text)) {
      numbers.set(found.kind, Math.max(numbers.get(found.kind) ?? 0, found.number));
      if (placeholders.has(found.text)) continue;
      placeholders.set(found.text, found.text);
      finder.add(found.text, found.text);
    }
  }

  function secret(kind: string, value: string, shortest = SHORTEST_FOUND): string {
    if (value === "") return value;
    adopt(value);
    if (isPlaceholder(value)) return value;
    let placeholder = placeholders.get(value);
    if (placeholder === undefined) {
      placeholder = placeholderOf(kind, 1);
      const normal = placeholdersIn(placeholder)[0]?.kind ?? kind;
      const number = (numbers.get(normal) ?? 0) + 1;
      numbers.set(normal, number);
      placeholder = placeholderOf(normal, number);
      placeholders.set(value, placeholder);
    }
    const isWord = shortest === SHORTEST_FOUND && secretHeaderKind(value) !== undefined;
    if (value.length >= shortest && !isWord) finder.add(value, placeholder);
    return placeholder;
  }

  for (const text of avoid) adopt(text);
  for (const value of Object.values(declared)) secret("secret", value, SHORTEST_DECLARED);
  return {
    secret: (kind, value) => {
      const scheme = WITH_SCHEME.test(kind) ? (SCHEME.exec(value)?.[0] ?? "") : "";
      return scheme + secret(kind, value.slice(scheme.length));
    },
    text: finder.replace,
  };
}

/**
 * Finds many strings in one pass: by their first four characters, most of which a table of flags rules out, then by the
 * lengths of such strings. A text that is made to be slow to search is replaced as a whole.
 */
function createFinder(): { add(value: string, placeholder: string): void; replace(text: string): string } {
  const placeholders = new Map<string, string>();
  /** Maps first characters to the lengths of the strings that start with them, longest first. */
  const lengthsByStart = new Map<string, number[]>();
  const starts = new Uint8Array(65_536);

  function find(text: string, at: number): { length: number; placeholder: string | undefined; cost: number } {
    let cost = 0;
    for (const length of lengthsByStart.get(text.slice(at, at + SHORTEST_DECLARED)) ?? []) {
      cost += length;
      const placeholder = placeholders.get(text.slice(at, at + length));
      if (placeholder !== undefined) return { length, placeholder, cost };
    }
    return { length: 0, placeholder: undefined, cost };
  }

  return {
    add(value, placeholder) {
      if (placeholders.has(value)) return;
      for (const form of formsOf(value)) {
        if (placeholders.has(form)) continue;
        placeholders.set(form, placeholder);
        const start = form.slice(0, SHORTEST_DECLARED);
        const lengths = lengthsByStart.get(start) ?? [];
        if (lengths.includes(form.length)) continue;
        lengthsByStart.set(
          start,
          [...lengths, form.length].sort((a, b) => b - a),
        );
        starts[pairAt(form, 0)] = 1;
      }
    },
    replace(text) {
      if (placeholders.size === 0) return text;
      let budget = text.length * 500 + 10_000_000;
      const parts: string[] = [];
      let copied = 0;
      for (let at = 0; at < text.length; at++) {
        const marked = text.charCodeAt(at) === UNDERSCORE ? placeholderAt(text, at) : undefined;
        if (marked !== undefined) {
          at += marked.length - 1;
          continue;
        }
        if (starts[pairAt(text, at)] === 0) continue;
        const { length, placeholder, cost } = find(text, at);
        budget -= cost;
        if (budget < 0) return placeholderOf("text", 1);
        if (placeholder === undefined) continue;
        parts.push(text.slice(copied, at), placeholder);
        at += length - 1;
        copied = at + 1;
      }
      return parts.length === 0 ? text : parts.join("") + text.slice(copied);
    },
  };
}

const UNDERSCORE = 95;

function pairAt(text: string, at: number): number {
  return ((text.charCodeAt(at) << 8) ^ text.charCodeAt(at + 1)) & 0xffff;
}

/** Returns the forms of a value in JSON, URLs, forms and base64. */
function formsOf(value: string): Set<string> {
  const wellFormed = value.toWellFormed();
  const base64 = Buffer.from(wellFormed).toString("base64");
  const forms = [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams([["", wellFormed]]).toString().slice(1),
    base64,
    base64.replace(/=+$/, ""),
    base64.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
  ];
  return new Set(forms.filter((form) => form.length >= SHORTEST_DECLARED));
}
