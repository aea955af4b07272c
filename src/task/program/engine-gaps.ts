import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { type Token, tokens } from "./tokens.ts";

/** Largest number of named groups that the engine takes in a regular expression. */
const MAX_NAMED_GROUPS = 255;
/** Warnings of one file: finding a place takes time in proportion to the file. */
const MAX_WARNINGS = 20;
/** Members of `import.meta` that mean a place on a disk, or a program of its own. */
const META = new Set(["url", "dir", "dirname", "file", "filename", "path", "resolve", "main", "require"]);
const LOCALE_METHODS = new Set(["localeCompare", "toLocaleString", "toLocaleDateString", "toLocaleTimeString"]);

/** What is not in the sandbox, or is silently different there, and can be seen in a source. docs/tasks.md lists all of it. */
export function engineGaps(text: string, file: string): Problem[] {
  const problems: Problem[] = [];
  const brackets: string[] = [];
  let last: string[] = [];
  for (const token of tokens(text)) {
    if (problems.length === MAX_WARNINGS) break;
    // A member's name is no use of the global.
    const isName = /^\s*:/.test(text.slice(token.start + token.text.length, token.start + token.text.length + 20));
    const found = isName ? undefined : gapAt(token, last, brackets.at(-1));
    if (found !== undefined) {
      problems.push({ severity: "warning", file, ...linePosition(text, token.start), ...found });
    }
    if (/^[([{]$/.test(token.text)) brackets.push(token.text);
    else if (/^[)\]}]$/.test(token.text)) brackets.pop();
    last = [...last.slice(-4), token.text];
  }
  return problems;
}

/** @param last the tokens before, at most five @param bracket the innermost that is open */
function gapAt(
  { text }: Token,
  last: readonly string[],
  bracket: string | undefined,
): Pick<Problem, "message" | "remedy"> | undefined {
  const before = last.join(" ");
  if (META.has(text) && before.endsWith("import . meta .")) {
    return { message: `import.meta.${text} is undefined in the sandbox.`, remedy: "Import the file, or pass data in." };
  }
  if ((text === "Intl" || text === "Temporal") && !/(?:\.|typeof)$/.test(before)) {
    return {
      message: `The sandbox has no ${text}.`,
      remedy: "Format and compare without it, or bring a package for it.",
    };
  }
  if (LOCALE_METHODS.has(text) && before.endsWith(".")) {
    return {
      message: `${text} knows no languages in the sandbox.`,
      remedy: "Do not rely on the form or order of one.",
    };
  }
  if (/^["'`]/.test(text) && bracket === "{" && before.endsWith(". . .")) {
    return { message: "A text that is spread into an object gives {} in the sandbox.", remedy: "Spread [...text]." };
  }
  if (text.startsWith("/") && text.split(/\(\?<(?![=!])/).length - 1 > MAX_NAMED_GROUPS) {
    const message = `A regular expression has more than ${MAX_NAMED_GROUPS} named groups, which the engine refuses.`;
    return { message, remedy: "Use fewer, or groups without names." };
  }
  return undefined;
}
