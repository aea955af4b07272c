import { escapedSpans } from "../../secrets/masking/escaped-search.ts";
import { JSON_ESCAPES } from "../../secrets/masking/escapes.ts";
import { Finder, SlowSearch, searchBudget } from "../../secrets/masking/finder.ts";
import { isShort, secretForms } from "../../secrets/masking/forms.ts";
import { finishSteps, replaceSpans } from "../../secrets/masking/replace-secrets.ts";
import type { FoundSecret } from "../../secrets/masking/secret-search.ts";
import { addSpan, mergedSpans, type Span } from "../../secrets/masking/spans.ts";
import { isPlaceholder, placeholderOf, placeholdersIn } from "./placeholder.ts";
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
  /** Returns true as long as no secret is known or was found. */
  isEmpty(): boolean;
  /** The placeholder of a short secret that a string consists of; otherwise undefined. */
  whole(text: string): string | undefined;
}

/**
 * Authentication schemes (RFC 9110, section 11, and others in use). Anything else counts as part of the secret.
 */
const SCHEME =
  /^(?:apikey|api-key|aws4-hmac-sha256|basic|bearer|digest|dpop|hawk|hmac|jwt|key|mac|negotiate|ntlm|oauth|sharedkey|sharedkeylite|signature|ssws|token)[ \t]+(?=\S)/i;

/** Kinds whose value may start with a scheme. */
const WITH_SCHEME = /auth|token/;

/**
 * Creates a masker.
 * @param declared values of known secrets
 * @param avoid texts with existing placeholders, whose numbers are not used again
 */
export function createMasker(declared: Iterable<string> = [], avoid: Iterable<string> = []): Masker {
  const placeholders = new Map<string, string>();
  const numbers = new Map<string, number>();
  const finder = new Finder<FoundSecret>();
  /** Short values that were declared: they count only where a string is the whole value. */
  const short = new Map<string, string>();

  function find(value: string, placeholder: string): void {
    for (const { id, text } of secretForms(value)) {
      const found = { name: placeholder, value, id };
      finder.add(text, found);
      const bytes = Buffer.from(text, "utf8").toString("latin1");
      if (bytes !== text) finder.add(bytes, found);
    }
  }

  /** Keeps the meaning of placeholders that already exist, and never uses their numbers again. */
  function adopt(text: string): void {
    for (const found of placeholdersIn(text)) {
      numbers.set(found.kind, Math.max(numbers.get(found.kind) ?? 0, found.number));
      if (placeholders.has(found.text)) continue;
      placeholders.set(found.text, found.text);
      find(found.text, found.text);
    }
  }

  function secret(kind: string, value: string, isDeclared = false): string {
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
    if (isShort(value)) {
      if (isDeclared) short.set(value, placeholder);
    } else if (isDeclared || secretHeaderKind(value) === undefined) find(value, placeholder);
    return placeholder;
  }

  for (const text of avoid) adopt(text);
  for (const value of declared) secret("secret", value, true);
  return {
    secret: (kind, value) => {
      const scheme = WITH_SCHEME.test(kind) ? (SCHEME.exec(value)?.[0] ?? "") : "";
      return scheme + secret(kind, value.slice(scheme.length));
    },
    text: (text) => short.get(text) ?? replaceKnown(finder, text),
    whole: (text) => short.get(text),
    isEmpty: () => placeholders.size === 0,
  };
}

/** Replaces known secrets, and leaves placeholders as they are. A text that is made to be slow to search is replaced as a whole. */
function replaceKnown(finder: Finder<FoundSecret>, text: string): string {
  if (finder.size === 0) return text;
  const accept = (start: number, end: number) => !isInPlaceholder(text, start, end);
  const budget = searchBudget(text);
  const spans: Span[] = [];
  try {
    for (let found = finder.find(text, 0, { accept, budget }); found !== undefined; ) {
      addSpan(spans, { start: found.start, end: found.end, place: "string", found: found.value });
      found = finder.find(text, found.end, { accept, budget });
    }
    const escaped = finishSteps(escapedSpans({ long: finder, escapes: [JSON_ESCAPES] }, text, { budget }));
    const others = escaped.filter(({ start, end }) => accept(start, end));
    return replaceSpans(text, mergedSpans(spans, others), ({ name }) => name);
  } catch (error) {
    if (error instanceof SlowSearch) return placeholderOf("text", 1);
    throw error;
  }
}

/** Longest placeholder, in characters. */
const LONGEST_PLACEHOLDER = 130;

/** Returns true if a part of a text touches a placeholder without being one. */
function isInPlaceholder(text: string, start: number, end: number): boolean {
  const from = Math.max(0, start - LONGEST_PLACEHOLDER);
  const around = text.slice(from, end + LONGEST_PLACEHOLDER);
  return placeholdersIn(around).some(({ index, text: found }) => {
    const at = from + index;
    return at < end && at + found.length > start && !(at === start && at + found.length === end);
  });
}
