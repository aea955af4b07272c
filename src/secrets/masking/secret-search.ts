import type { SecretValues } from "../../domain/secret.ts";
import { type Escapes, JSON_ESCAPES } from "./escapes.ts";
import { Finder } from "./finder.ts";
import { isShort, jsonForm, secretForms } from "./forms.ts";

/** A form of a secret that was found. */
export interface FoundSecret {
  name: string;
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
  /** What the expressions find, without quotes, after the level of nesting. */
  shortForms: ReadonlyMap<string, FoundSecret>;
}

/** Ids of JSON forms, by how deeply the JSON is nested in strings of JSON. */
const NESTED_IDS = ["json", "json2", "json3"] as const;

/** Prepares the search for values. Takes about 1 ms for each. */
export function createSecretSearch(values: SecretValues): SecretSearch {
  const long = new Finder<FoundSecret>();
  const short = new Map<string, FoundSecret>();
  for (const [name, value] of values) {
    if (isShort(value)) {
      if (!short.has(value)) short.set(value, { name, id: "json" });
      continue;
    }
    for (const { id, text } of secretForms(value)) {
      long.add(text, { name, id });
      const bytes = latin1Of(text);
      if (bytes !== text) long.add(bytes, { name, id });
    }
  }
  return { long, escapes: [JSON_ESCAPES], short, ...shortStrings(short) };
}

/** Returns the UTF-8 bytes of a text as characters. */
export function latin1Of(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

function shortStrings(
  short: ReadonlyMap<string, FoundSecret>,
): Pick<SecretSearch, "shortInJson" | "shortInQuotes" | "shortForms"> {
  const shortForms = new Map<string, FoundSecret>();
  if (short.size === 0) return { shortInJson: undefined, shortInQuotes: undefined, shortForms };
  const levels = NESTED_IDS.map((id, level) => {
    const quote = `${"\\\\".repeat(2 ** level - 1)}"`;
    const texts: string[] = [];
    for (const [value, { name }] of short) {
      let form = value;
      for (let nested = 0; nested <= level; nested++) form = jsonForm(form);
      for (const text of new Set([form, latin1Of(form)])) {
        texts.push(RegExp.escape(text));
        const key = `${level}${text}`;
        if (!shortForms.has(key)) shortForms.set(key, { name, id });
      }
    }
    // The lookahead leaves out names of members.
    return `(?<!\\\\)${quote}(?<level${level}>${texts.join("|")})${quote}(?!\\s*:)`;
  });
  return { shortInJson: new RegExp(levels.join("|"), "g"), shortInQuotes: quotedStrings(short), shortForms };
}

/** A string as the console writes it, or as JSON in any text. */
function quotedStrings(short: ReadonlyMap<string, FoundSecret>): RegExp {
  const texts = [...short.keys()].flatMap((value) => [...new Set([value, jsonForm(value)])]);
  const alternatives = texts.map((text) => RegExp.escape(text)).join("|");
  return new RegExp(`(?<quote>\\\\*["'\`])(?<value>${alternatives})\\k<quote>(?!\\s*:)`, "g");
}
