import type { Problem } from "../../domain/problem.ts";
import { linePosition } from "../../lib/json-text.ts";
import { tokens } from "./tokens.ts";

/** Reports a file that awaits something at its top level, which makes it an ES module, and uses the exports of CommonJS. */
export function commonJsAwait(text: string, file: string): Problem | undefined {
  if (!/\bexports\b/.test(text)) return undefined;
  const last = ["", ""];
  for (const token of tokens(text)) {
    const isModule = token.text === "exports" && last[1] === "." && last[0] === "module";
    const isExports = token.text === "." && last[1] === "exports" && last[0] !== ".";
    if (isModule || isExports) {
      const message = "A file with top-level await is an ES module, which has no module.exports.";
      const remedy = "Write `export` in place of it, or move the await into a function.";
      return { severity: "error", file, ...linePosition(text, token.start), message, remedy };
    }
    last.shift();
    last.push(token.text);
  }
  return undefined;
}
