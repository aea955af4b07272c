import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { mixedFetchStyles } from "./fetch-styles.ts";
import { type Token, tokens } from "./tokens.ts";

/** Maximum number of named groups that the engine accepts in a regular expression. */
const MAX_NAMED_GROUPS = 255;
/** Maximum number of warnings for one file. Finding a position takes time proportional to the file. */
const MAX_WARNINGS = 20;
/** Members of `import.meta` that refer to a path on disk or to a program of its own. */
const META = new Set(["url", "dir", "dirname", "file", "filename", "path", "resolve", "main", "require"]);

/** Globals of CommonJS that the bundler replaces, so they are not found among the free names of a program. */
const PATHS = ["__dirname", "__filename"];

function noPath(name: string): Pick<Problem, "message" | "remedy"> {
  return {
    message: `${name} is no path of a file: a task has no files when it runs.`,
    remedy: "Import the file, or pass its content in as input.",
  };
}

/** Does a source use a global without declaring it or asking whether it exists? */
function usesGlobal(text: string, name: string): boolean {
  return text.includes(name) && !new RegExp(`\\b(?:typeof|const|let|var)\\s+${name}\\b`).test(text);
}

/** Finds uses of features that the sandbox lacks or that differ silently there, and mixed styles of fetch. docs/guest-api.md lists all of them. */
export function engineGaps(text: string, file: string): Problem[] {
  const problems: Problem[] = [];
  const paths = PATHS.filter((name) => usesGlobal(text, name));
  const brackets: string[] = [];
  let last: string[] = [];
  for (const token of tokens(text)) {
    if (problems.length === MAX_WARNINGS) break;
    // A property name does not use the global.
    const isName = /^\s*:/.test(text.slice(token.start + token.text.length, token.start + token.text.length + 20));
    const isPath = paths.includes(token.text) && last.at(-1) !== ".";
    const found = isName ? undefined : isPath ? noPath(token.text) : gapAt(token, last, brackets.at(-1));
    if (found !== undefined) {
      problems.push({ severity: "warning", file, ...linePosition(text, token.start), ...found });
    }
    if (/^[([{]$/.test(token.text)) brackets.push(token.text);
    else if (/^[)\]}]$/.test(token.text)) brackets.pop();
    last = [...last.slice(-4), token.text];
  }
  return [...problems, ...mixedFetchStyles(text, file)];
}

/** @param last the preceding tokens, at most five @param bracket the innermost open bracket */
function gapAt(
  { text }: Token,
  last: readonly string[],
  bracket: string | undefined,
): Pick<Problem, "message" | "remedy"> | undefined {
  const before = last.join(" ");
  if (META.has(text) && before.endsWith("import . meta .")) {
    return { message: `import.meta.${text} is undefined in the sandbox.`, remedy: "Import the file, or pass data in." };
  }
  if (/^["'`]/.test(text) && bracket === "{" && before.endsWith(". . .")) {
    return { message: "Spreading a string into an object results in {} in the sandbox.", remedy: "Spread [...text]." };
  }
  if (text.startsWith("/") && text.split(/\(\?<(?![=!])/).length - 1 > MAX_NAMED_GROUPS) {
    const message = `A regular expression has more than ${MAX_NAMED_GROUPS} named groups, which the engine does not support.`;
    return { message, remedy: "Use fewer, or groups without names." };
  }
  return undefined;
}
