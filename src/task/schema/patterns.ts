import type { TextTest } from "./context.ts";
import { spend } from "./evaluation.ts";
import type { LinearCompiler } from "./linear-pattern.ts";
import { quoted } from "./quoted.ts";

/** The test of each regular expression, or why it cannot be used. */
export type PatternTests = ReadonlyMap<string, TextTest | { message: string; remedy: string }>;

/**
 * Compiles the regular expressions of a schema so that none can hold up the process. JavaScript's own engine tries
 * alternatives one after the other: `(a+)+$` takes it exponential time, and Bun's then gives up with a wrong answer.
 * So only expressions that are plainly harmless go to it; the others go to a linear-time engine (re2js), which is
 * loaded when it is needed. What that cannot express (look-around, back references) goes to JavaScript's engine with
 * texts short enough, or is refused when no text is.
 */
export async function compilePatterns(sources: Iterable<string>): Promise<PatternTests> {
  const tests = new Map<string, TextTest | { message: string; remedy: string }>();
  let linear: LinearCompiler | undefined;
  for (const source of sources) {
    const expression = toRegExp(source);
    if (expression === undefined) {
      const message = `The pattern ${quoted(source)} is no regular expression.`;
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
    // Many expressions in use have escapes such as `\-` that only the older syntax takes.
    try {
      return new RegExp(source);
    } catch {
      return undefined;
    }
  }
}

/** One character or class, as far as plain expressions have them. */
const ATOM = /\\[dDwWsSbB]|\\[.^$*+?()[\]{}|/-]|\[\^?(?:[^\]\\[]|\\[^pPkuxc])+\]|[^\\^$.*+?()[\]{}|]|\./uy;
const REPEAT = /[*+?]|\{(\d{1,3})(?:,(\d{0,3}))?\}/y;
/** Steps that a plain expression may need for each character of a text. */
const MAX_STEPS_PER_CHARACTER = 200;

/**
 * Whether an expression is a row of characters and classes, some repeated, for which even backtracking takes linear
 * time: no groups, no alternatives, at most one repetition without end, and that only after `^`.
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
    // Lazy repetition tries the same ways in another order.
    if (source[at] === "?") at += 1;
  }
  return endless <= (anchored ? 1 : 0) && Math.max(1, length) * ways <= MAX_STEPS_PER_CHARACTER;
}
