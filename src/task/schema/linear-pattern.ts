import { type AST, RegExpParser } from "@eslint-community/regexpp";
import { RE2JS } from "re2js";
import type { TextTest } from "./context.ts";
import { spend } from "./evaluation.ts";
import { boundedTest } from "./patterns.ts";

/** Steps that one test may take in JavaScript's own engine. */
const MAX_STEPS = 5_000_000;
/** An expression that cannot be checked on texts even this long is refused. */
const MIN_LENGTH = 200;
const WHITE_SPACE = "\\t-\\r \\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}\\x{feff}";
const LAST_CODE_POINT = 0x10ffff;

/** Marks what RE2's syntax has no words for. */
class NotExpressible extends Error {}

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
  const compiled = toRe2(tree);
  if (compiled !== undefined) {
    return (text, evaluation) => {
      spend(evaluation, text.length / 2);
      return compiled.test(text);
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

function toRe2(tree: AST.Pattern): RE2JS | undefined {
  try {
    return RE2JS.compile(tree.alternatives.map(writeAlternative).join("|"));
  } catch {
    // Not expressible, or beyond RE2's limits (repetitions over 1000).
    return undefined;
  }
}

function writeAlternative({ elements }: AST.Alternative): string {
  return elements.map(writeElement).join("");
}

function writeElement(element: AST.Element): string {
  switch (element.type) {
    case "Character":
      return codePoint(element.value);
    case "CharacterSet":
      return `[${writeSet(element)}]`;
    case "CharacterClass":
      return writeClass(element);
    case "Group":
      if (element.modifiers !== null) throw new NotExpressible();
      return `(?:${element.alternatives.map(writeAlternative).join("|")})`;
    case "CapturingGroup":
      return `(?:${element.alternatives.map(writeAlternative).join("|")})`;
    case "Quantifier": {
      const { min, max, greedy } = element;
      const count = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
      return `(?:${writeElement(element.element)})${count}${greedy ? "" : "?"}`;
    }
    case "Assertion":
      if (element.kind === "start") return "\\A";
      if (element.kind === "end") return "\\z";
      if (element.kind === "word") return element.negate ? "\\B" : "\\b";
      throw new NotExpressible();
    default:
      throw new NotExpressible();
  }
}

function writeClass(node: AST.CharacterClass): string {
  if (node.unicodeSets) throw new NotExpressible();
  const inner = node.elements
    .map((element) => {
      if (element.type === "Character") return codePoint(element.value);
      if (element.type === "CharacterClassRange")
        return `${codePoint(element.min.value)}-${codePoint(element.max.value)}`;
      if (element.type === "CharacterSet") return writeSet(element);
      throw new NotExpressible();
    })
    .join("");
  // RE2 has no empty class.
  if (inner === "") return node.negate ? `[${everything()}]` : `[^${everything()}]`;
  return `[${node.negate ? "^" : ""}${inner}]`;
}

/** The inside of a class for `\d`, `.` and the like, as JavaScript means them. */
function writeSet(node: AST.CharacterSet): string {
  switch (node.kind) {
    case "any":
      return complement([
        [0x0a, 0x0a],
        [0x0d, 0x0d],
        [0x2028, 0x2029],
      ]);
    case "digit":
      return node.negate ? "\\D" : "\\d";
    case "word":
      return node.negate ? "\\W" : "\\w";
    case "space":
      return node.negate ? writeRanges(/\S/u) : WHITE_SPACE;
    case "property":
      return writeRanges(new RegExp(node.raw, "u"));
  }
}

/** The characters that one of JavaScript's own classes has: RE2 knows other names, and another Unicode. */
function writeRanges(expression: RegExp): string {
  const ranges: string[] = [];
  let start = -1;
  for (let code = 0; code <= LAST_CODE_POINT + 1; code++) {
    const inside = code <= LAST_CODE_POINT && expression.test(String.fromCodePoint(code));
    if (inside && start === -1) start = code;
    if (inside || start === -1) continue;
    ranges.push(`${codePoint(start)}-${codePoint(code - 1)}`);
    start = -1;
  }
  if (ranges.length === 0) throw new NotExpressible();
  return ranges.join("");
}

function complement(without: readonly (readonly [number, number])[]): string {
  let from = 0;
  let text = "";
  for (const [start, end] of without) {
    text += `${codePoint(from)}-${codePoint(start - 1)}`;
    from = end + 1;
  }
  return `${text}${codePoint(from)}-${codePoint(LAST_CODE_POINT)}`;
}

function everything(): string {
  return `${codePoint(0)}-${codePoint(LAST_CODE_POINT)}`;
}

function codePoint(value: number): string {
  return `\\x{${value.toString(16)}}`;
}

/**
 * Most steps that backtracking needs: `factor * length ** degree`, endless degree when repetitions stand within
 * repetitions or over alternatives, where a text may fit in exponentially many ways.
 */
function workOf(tree: AST.Pattern): { degree: number; factor: number } {
  const works = tree.alternatives.map(({ elements }) => {
    const anchored = elements[0]?.type === "Assertion" && elements[0].kind === "start";
    const work = workOfRow(elements);
    return { degree: work.degree + (anchored ? 0 : 1), factor: work.factor };
  });
  return {
    degree: Math.max(...works.map(({ degree }) => degree)),
    factor: works.reduce((sum, { factor }) => sum + factor, 0),
  };
}

function workOfRow(elements: readonly AST.Element[]): { degree: number; factor: number } {
  let degree = 0;
  let factor = 1;
  let worst = 0;
  for (const element of elements) {
    const work = workOfElement(element);
    factor = factor * work.factor + 1;
    // Look-around is done with once it has answered; but it is asked again for every way to get there.
    if (element.type === "Assertion") worst = Math.max(worst, degree + work.degree);
    else degree += work.degree;
  }
  return { degree: Math.max(degree, worst), factor };
}

function workOfElement(element: AST.Element): { degree: number; factor: number } {
  switch (element.type) {
    case "Group":
    case "CapturingGroup":
      return workOfAlternatives(element.alternatives);
    case "Assertion":
      return "alternatives" in element ? workOfAlternatives(element.alternatives) : { degree: 0, factor: 1 };
    case "Backreference":
      return { degree: 1, factor: 1 };
    case "Quantifier": {
      const inner = workOfElement(element.element);
      const { min, max } = element;
      const many = max > 16;
      const single = inner.degree === 0 && inner.factor === 1;
      if (many) return { degree: single ? 1 : Number.POSITIVE_INFINITY, factor: 1 };
      return { degree: inner.degree * max, factor: inner.factor ** max * (max - min + 1) };
    }
    default:
      return { degree: 0, factor: 1 };
  }
}

function workOfAlternatives(alternatives: readonly AST.Alternative[]): { degree: number; factor: number } {
  const works = alternatives.map(({ elements }) => workOfRow(elements));
  return {
    degree: Math.max(0, ...works.map(({ degree }) => degree)),
    factor: works.reduce((sum, { factor }) => sum + factor, 0),
  };
}
