import { type AST, RegExpParser } from "@eslint-community/regexpp";
import type { TextTest } from "./context.ts";
import { spend, ValidationAborted } from "./evaluation.ts";
import { sizeOf, workOf } from "./pattern-work.ts";
import { quoted } from "./quoted.ts";
import { type CharacterClasses, toRe2 } from "./re2-syntax.ts";

/** Steps that one test may take in JavaScript's own engine. */
const MAX_STEPS = 5_000_000;
/** An expression that cannot be checked on texts even this long is refused. */
const MIN_LENGTH = 200;

/** Largest pattern, and all of a schema together, in characters and classes with repetitions written out. */
const MAX_SIZE = 50_000;
const MAX_TOTAL_SIZE = 200_000;

/** Compiles the patterns of one schema. */
export type LinearCompiler = (source: string, expression: RegExp) => TextTest | { message: string; remedy: string };

/**
 * Makes tests for regular expressions that take time in proportion to the text: by RE2, or, for what RE2 cannot
 * express, by JavaScript's engine on texts up to a bound. Compiling them takes bounded time, too.
 */
export function linearCompiler(): LinearCompiler {
  const classes: CharacterClasses = new Map();
  let totalSize = 0;
  return (source, expression) => {
    const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, {
      unicode: expression.unicode,
    });
    const size = sizeOf(tree);
    totalSize += size;
    if (size > MAX_SIZE || totalSize > MAX_TOTAL_SIZE) {
      const message = `The pattern ${quoted(source)} is too large${size > MAX_SIZE ? "" : ", with those before it"}.`;
      return { message, remedy: "Make it shorter, with smaller counts of repetition." };
    }
    const linear = toRe2(tree, classes);
    if (linear !== undefined) {
      return (text, evaluation) => {
        spend(evaluation, text.length / 2);
        return linear(text);
      };
    }
    const maxLength = longestText(tree);
    if (maxLength >= MIN_LENGTH) return boundedTest(expression, maxLength);
    return {
      message: `The pattern ${quoted(source)} can take for ever on some texts.`,
      remedy: "Write it without look-around and back references, or without repetitions within repetitions.",
    };
  };
}

/** Length of the longest text on which backtracking stays within its steps. */
function longestText(tree: AST.Pattern): number {
  const { degree, factor } = workOf(tree);
  if (factor > MAX_STEPS) return 0;
  return degree === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((MAX_STEPS / factor) ** (1 / degree));
}

/** A test that takes a bounded text only. */
function boundedTest(expression: RegExp, maxLength: number): TextTest {
  return (text, evaluation) => {
    if (text.length > maxLength) {
      const limit = `the pattern ${quoted(expression.source)} can be checked on ${maxLength} characters at most`;
      throw new ValidationAborted(`has a text of ${text.length} characters, but ${limit}`);
    }
    spend(evaluation, text.length);
    return expression.test(text);
  };
}
