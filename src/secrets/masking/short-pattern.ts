import { jsonForm } from "./forms.ts";
import { latin1Of } from "./latin1.ts";

/**
 * Returns the source of an expression for a short value in a string of JSON, whichever of its characters are escapes.
 * Outer levels escape what they have to, as all libraries write them.
 * @param level how deeply the JSON is nested in strings of JSON
 */
export function shortInJsonPattern(value: string, level: number): string {
  return joined(value, level, (char) => {
    let form = char;
    for (let nested = 0; nested <= level; nested++) form = jsonForm(form);
    return [form];
  });
}

/** Returns the source of an expression for a short value in quotes, as the console writes it, or as JSON in any text. */
export function shortInQuotesPattern(value: string): string {
  return joined(value, 0, (char) => [char, jsonForm(char)]);
}

function joined(value: string, level: number, formsOf: (char: string) => string[]): string {
  // An escape may belong to any of the levels, so it has up to this many backslashes.
  const backslashes = `\\\\{1,${2 ** (level + 1) - 1}}`;
  const chars = [...value].map((char) => {
    const forms = formsOf(char).flatMap((form) => [form, latin1Of(form)]);
    const ways = [...new Set(forms)].map((form) => RegExp.escape(form));
    ways.push(
      char
        .split("")
        .map((unit) => `${backslashes}u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, "0"))}`)
        .join(""),
    );
    if (char === "/" || char === "'") ways.push(backslashes + char);
    return `(?:${ways.join("|")})`;
  });
  return chars.join("");
}

function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}
