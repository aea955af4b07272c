import type { NamedValue } from "../../domain/secret.ts";
import { type Escapes, JSON_ESCAPES } from "./escapes.ts";
import { Finder } from "./finder.ts";
import { isShort, secretForms } from "./forms.ts";
import { latin1Of } from "./latin1.ts";
import { shortInJsonPattern, shortInQuotesPattern } from "./short-pattern.ts";

/** A form of a secret that was found. */
export interface FoundSecret {
  name: string;
  /** The value, which a secret of this name has or had. */
  value: string;
  /** Id of the form. */
  id: string;
}

/** What texts are searched for. */
export interface SecretSearch {
  /** All forms of long values, as UTF-16, and also as UTF-8 in which each byte is a character. */
  long: Finder<FoundSecret>;
  /** Escapes with which any characters of long values may be written. */
  escapes: readonly Escapes[];
  /** Short values: they count only where a string is the whole value. */
  short: ReadonlyMap<string, FoundSecret>;
  /** Finds short values as strings in JSON, in up to three levels of JSON in strings; undefined if no value is short. */
  shortInJson: RegExp | undefined;
  /** Finds short values in quotes in other texts, such as those of the console; undefined if no value is short. */
  shortInQuotes: RegExp | undefined;
  /** Which value the expressions have found. */
  shortForms: readonly ShortForm[];
}

/** How a short value is written. */
export interface ShortForm {
  /** How deeply the JSON is nested in strings of JSON; undefined in quotes in other texts. */
  level: number | undefined;
  /** Matches a text that is the value, without quotes. */
  pattern: RegExp;
  found: FoundSecret;
}

/** Ids of JSON forms, by how deeply the JSON is nested in strings of JSON. */
const NESTED_IDS = ["json", "json2", "json3"] as const;

/** Prepares the search for values, of which a name can have several. Takes about 1 ms for each. */
export function createSecretSearch(values: Iterable<NamedValue>): SecretSearch {
  const long = new Finder<FoundSecret>();
  const short = new Map<string, FoundSecret>();
  for (const [name, value] of values) {
    if (isShort(value)) {
      if (!short.has(value)) short.set(value, { name, value, id: "json" });
      continue;
    }
    for (const { id, text } of secretForms(value)) {
      long.add(text, { name, value, id });
      const bytes = latin1Of(text);
      if (bytes !== text) long.add(bytes, { name, value, id });
    }
  }
  return { long, escapes: [JSON_ESCAPES], short, ...shortStrings(short) };
}

function shortStrings(
  short: ReadonlyMap<string, FoundSecret>,
): Pick<SecretSearch, "shortInJson" | "shortInQuotes" | "shortForms"> {
  const shortForms: ShortForm[] = [];
  if (short.size === 0) return { shortInJson: undefined, shortInQuotes: undefined, shortForms };
  const add = (level: number | undefined, found: FoundSecret, source: string) => {
    shortForms.push({ level, pattern: new RegExp(`^${source}$`), found });
    return source;
  };
  const levels = NESTED_IDS.map((id, level) => {
    const quote = `${"\\\\".repeat(2 ** level - 1)}"`;
    const sources = [...short].map(([value, { name }]) =>
      add(level, { name, value, id }, shortInJsonPattern(value, level)),
    );
    // The lookahead leaves out names of members.
    return `(?<!\\\\)${quote}(?<level${level}>${sources.join("|")})${quote}(?!\\s*:)`;
  });
  const quoted = [...short].map(([value, found]) => add(undefined, found, shortInQuotesPattern(value))).join("|");
  return {
    shortInJson: new RegExp(levels.join("|"), "g"),
    shortInQuotes: new RegExp(`(?<quote>\\\\*["'\`])(?<value>${quoted})\\k<quote>(?!\\s*:)`, "g"),
    shortForms,
  };
}
