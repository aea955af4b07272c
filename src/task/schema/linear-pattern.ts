import { RegExpParser } from "@eslint-community/regexpp";
import type { TextTest } from "./context.ts";
import { spend, ValidationAborted } from "./evaluation.ts";
import { workOf } from "./pattern-work.ts";
import { toRe2 } from "./re2-syntax.ts";

/** Steps that one test may take in JavaScript's own engine. */
const MAX_STEPS = 5_000_000;
/** An expression that cannot be checked on texts even this long is refused. */
const MIN_LENGTH = 200;

/**
 * A test for a regular expression that takes time in proportion to the text: by RE2, or, for what RE2 cannot express,
 * by JavaScript's engine on texts up to a bound.
 */
export async function linearTest(
  source: string,
  expression: RegExp,
): Promise<TextTest | { message: string; remedy: string }> {
  const tree = new RegExpParser({ ecmaVersion: 2025 }).parsePattern(source, 0, source.length, {
    unicode: expression.unicode,
  });
  const linear = toRe2(tree);
  if (linear !== undefined) {
    return (text, evaluation) => {
      spend(evaluation, text.length / 2);
      return linear(text);
    };
  }
  const { degree, factor } = workOf(tree);
  const maxLength = degree === 0 ? Number.MAX_SAFE_INTEGER : Math.floor((MAX_STEPS / factor) ** (1 / degree));
  if (maxLength >= MIN_LENGTH) return boundedTest(expression, maxLength);
  return {
    message: `The pattern ${JSON.stringify(source)} can take for ever on some texts.`,
    remedy: "Write it without look-around and back references, or without repetitions within repetitions.",
  };
}

/** A test that takes a bounded text only. */
function boundedTest(expression: RegExp, maxLength: number): TextTest {
  return (text, evaluation) => {
    if (text.length > maxLength) {
      const limit = `the pattern ${expression.source} can be checked on ${maxLength} characters at most`;
      throw new ValidationAborted(`has a text of ${text.length} characters, but ${limit}`);
    }
    spend(evaluation, text.length);
    return expression.test(text);
  };
}
