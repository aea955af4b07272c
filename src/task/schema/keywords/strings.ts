import { countKeyword, type KeywordCompiler, keyword } from "../context.ts";
import { spend, violated } from "../evaluation.ts";

export const lengths: KeywordCompiler = (context) => {
  const min = countKeyword(context, "minLength");
  const max = countKeyword(context, "maxLength");
  if (min === undefined && max === undefined) return undefined;
  return (value, evaluation) => {
    if (typeof value !== "string") return true;
    // Characters are code points: at most as many as UTF-16 units, and at least half as many.
    const units = value.length;
    const exact = (min !== undefined && units >= min && units < 2 * min) || (max !== undefined && units > max);
    if (exact) spend(evaluation, units / 8);
    const characters = exact ? countCharacters(value) : units;
    if (min !== undefined && characters < min)
      return violated(evaluation, () => `must have at least ${characterCount(min)}`);
    if (max !== undefined && characters > max)
      return violated(evaluation, () => `must have at most ${characterCount(max)}`);
    return true;
  };
};

export const pattern: KeywordCompiler = (context) => {
  const source = keyword(context, "pattern");
  if (source === undefined) return undefined;
  if (typeof source !== "string") {
    context.wrong("pattern", "must be a string", "Write a regular expression in quotes.");
    return undefined;
  }
  const test = context.pattern(source, "pattern");
  const message = `must match the pattern ${source.length > 200 ? `${source.slice(0, 200)}...` : source}`;
  return (value, evaluation) => typeof value !== "string" || test(value, evaluation) || violated(evaluation, message);
};

/** `format`: an assertion up to draft 7, an annotation since 2019-09 (unless a vocabulary says otherwise). */
export const format: KeywordCompiler = (context) => {
  const name = keyword(context, "format");
  if (name === undefined) return undefined;
  if (typeof name !== "string") {
    context.wrong("format", "must be a string", 'Write a format such as "date-time".');
    return undefined;
  }
  const test = context.draft <= 7 ? context.format(name) : undefined;
  if (test === undefined) return undefined;
  const message = `must have the format ${name}`;
  return (value, evaluation) => {
    if (typeof value !== "string") return true;
    // The checks of some formats take quadratic time.
    spend(evaluation, 1 + value.length ** 2 / 1_000);
    return test(value) || violated(evaluation, message);
  };
};

function characterCount(count: number): string {
  return count === 1 ? "1 character" : `${count} characters`;
}

function countCharacters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0xd800 && code < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) at++;
    }
    count++;
  }
  return count;
}
