import type { TextTest } from "./context.ts";
import { spend } from "./evaluation.ts";
import type { LinearCompiler } from "./linear-pattern.ts";
import { quoted } from "./quoted.ts";

/** The test for each regular expression, or why it cannot be used. */
export type PatternTests = ReadonlyMap<string, TextTest | { message: string; remedy: string }>;

/**
 * Compiles the regular expressions of a schema so that none can block the process. JavaScript's engine backtracks:
 * `(a+)+$` takes exponential time, and Bun then gives up with a wrong result. So it only gets expressions that are
 * clearly harmless. The others use a linear-time engine (re2js), which is loaded when needed. Expressions that re2js
 * does not support (look-around, back references) run in JavaScript's engine on strings that are short enough, or are
 * rejected if no length is safe.
 */
export async function compilePatterns(sources: Iterable<string>): Promise<PatternTests> {
  const tests = new Map<string, TextTest | { message: string; remedy: string }>();
  let linear: LinearCompiler | undefined;
  for (const source of sources) {
    const expression = toRegExp(source);
    if (expression === undefined) {
      const message = `The pattern ${quoted(source)} is not a regular expression.`;
      tests.set(source, { message, remedy: "Correct it (ECMA-262, without slashes around it)." });
    } else if (isPlain(source)) {
      tests.set(source, (text, evaluation) => {
        spend(evaluation, text.length / 2);
        return expression.test(text);
      });
    } else {
      linear ??= (await import("./linear-pattern.ts")).linearCompiler();
      tests.set(source, linear(source, expression));
    }
  }
  return tests;
}

function toRegExp(source: string): RegExp | undefined {
  try {
    return new RegExp(source, "u");
  } catch {
    // Many existing expressions have escapes such as `\-` that only the older syntax accepts.
    try {
      return new RegExp(source);
    } catch {
      return undefined;
    }
  }
}

/** A character or class that a plain expression may contain. */
const ATOM = /\\[dDwWsSbB]|\\[.^$*+?()[\]{}|/-]|\[\^?(?:[^\]\\[]|\\[^pPkuxc])+\]|[^\\^$.*+?()[\]{}|]|\./uy;
const REPEAT = /[*+?]|\{(\d{1,3})(?:,(\d{0,3}))?\}/y;
/** Maximum number of steps of a plain expression per character of a string. */
const MAX_STEPS_PER_CHARACTER = 200;

/**
 * Returns true if an expression is a sequence of characters and classes, some of them repeated, that takes linear time
 * even with backtracking: no groups, no alternatives, at most one unbounded repetition, and that only after `^`.
 */
export function isPlain(source: string): boolean {
  const anchored = source.startsWith("^");
  const end = source.endsWith("$") && !source.endsWith("\\$") ? source.length - 1 : source.length;
  let at = anchored ? 1 : 0;
  let endless = 0;
  let length = 0;
  let ways = 1;
  while (at < end) {
    ATOM.lastIndex = at;
    if (!ATOM.test(source)) return false;
    at = ATOM.lastIndex;
    REPEAT.lastIndex = at;
    const repeat = REPEAT.exec(source);
    if (repeat === null) {
      length += 1;
      continue;
    }
    at = REPEAT.lastIndex;
    const [sign, least, most] = repeat;
    const max = least === undefined ? (sign === "?" ? 1 : undefined) : most === "" ? undefined : Number(most ?? least);
    if (max === undefined) endless += 1;
    else {
      length += max;
      ways *= max - Number(least ?? 0) + 1;
    }
    // Lazy repetition tries the same matches in another order.
    if (source[at] === "?") at += 1;
  }
  return endless <= (anchored ? 1 : 0) && Math.max(1, length) * ways <= MAX_STEPS_PER_CHARACTER;
}
