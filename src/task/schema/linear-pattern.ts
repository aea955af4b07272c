import { type AST, RegExpParser } from "@eslint-community/regexpp";
import type { TextTest } from "./context.ts";
import { spend, ValidationAborted } from "./evaluation.ts";
import { sizeOf, workOf } from "./pattern-work.ts";
import { quoted } from "./quoted.ts";
import { type CharacterClasses, toRe2 } from "./re2-syntax.ts";

/** Maximum number of steps of one test in JavaScript's engine. */
const MAX_STEPS = 5_000_000;
/** Expressions that cannot even be tested on strings of this length are rejected. */
const MIN_LENGTH = 200;

/** Maximum size of one pattern, and of all patterns of a schema: characters and classes with repetitions expanded. */
const MAX_SIZE = 50_000;
const MAX_TOTAL_SIZE = 200_000;

/** Compiles the patterns of one schema. */
export type LinearCompiler = (source: string, expression: RegExp) => TextTest | { message: string; remedy: string };

/**
 * Creates tests for regular expressions in linear time: by RE2, or, for what RE2 cannot express, by JavaScript's engine
 * on strings up to a maximum length. The time for compiling them is bounded, too.
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
      return { message, remedy: "Make it shorter, with fewer repetitions." };
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
      message: `The pattern ${quoted(source)} can take forever on some strings.`,
      remedy: "Avoid look-around and back references, or nested repetitions.",
    };
  };
}

/** Returns the maximum length of strings on which backtracking stays within its steps. */
function longestText(tree: AST.Pattern): number {
  const { degree, factor } = workOf(tree);
  if (factor > MAX_STEPS) return 0;
  return degree === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((MAX_STEPS / factor) ** (1 / degree));
}

/** Creates a test that rejects strings above a maximum length. */
function boundedTest(expression: RegExp, maxLength: number): TextTest {
  return (text, evaluation) => {
    if (text.length > maxLength) {
      const limit = `the pattern ${quoted(expression.source)} can be tested on at most ${maxLength} characters`;
      throw new ValidationAborted(`has a string of ${text.length} characters, but ${limit}`);
    }
    spend(evaluation, text.length);
    return expression.test(text);
  };
}
