import type { AST } from "@eslint-community/regexpp";
import { RE2JS } from "re2js";

/** White space and line terminators (ECMA-262) as ranges of code points. RE2's `\s` matches fewer characters. */
const WHITE_SPACE: readonly (readonly [number, number])[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];
const LAST_CODE_POINT = 0x10ffff;

/** Classes such as `\p{L}` as ranges of characters, by name. Computing one takes 20 ms. */
export type CharacterClasses = Map<string, string>;
/** Maximum number of such classes in one schema. */
const MAX_CLASSES = 20;

/** Thrown for expressions that RE2's syntax does not support. */
class NotExpressible extends Error {}

/**
 * Converts a JavaScript regular expression to RE2's syntax with the same meaning. RE2 has no look-ahead, but its most
 * common use can be split: `^(?=A)(?!B)C` means A, not B, and C, each from the start.
 * @returns a linear-time test; `undefined` if RE2 does not support the expression or its limits (1000 repetitions) are
 *   exceeded
 */
export function toRe2(tree: AST.Pattern, classes: CharacterClasses): ((text: string) => boolean) | undefined {
  const compile = (alternatives: readonly AST.Alternative[], start = ""): ((text: string) => boolean) => {
    const source = `${start}(?:${alternatives.map((one) => writeAlternative(one, classes)).join("|")})`;
    const compiled = RE2JS.compile(source, RE2JS.LOOKBEHINDS);
    return (text) => compiled.test(text);
  };
  try {
    const { conditions, rest } = takeApart(tree.alternatives);
    const test = compile(rest);
    const tests = conditions.map(({ alternatives, negate }) => ({ test: compile(alternatives, "\\A"), negate }));
    return (text) => tests.every((condition) => condition.test(text) !== condition.negate) && test(text);
  } catch {
    return undefined;
  }
}

/** Splits off the look-aheads that directly follow `^`. */
function takeApart(alternatives: readonly AST.Alternative[]): {
  conditions: readonly AST.LookaheadAssertion[];
  rest: readonly AST.Alternative[];
} {
  const [only, other] = alternatives;
  const [start, ...elements] = only?.elements ?? [];
  if (only === undefined || other !== undefined || start?.type !== "Assertion" || start.kind !== "start") {
    return { conditions: [], rest: alternatives };
  }
  const conditions: AST.LookaheadAssertion[] = [];
  for (const element of elements) {
    if (element.type !== "Assertion" || element.kind !== "lookahead") break;
    conditions.push(element);
  }
  return { conditions, rest: [{ ...only, elements: [start, ...elements.slice(conditions.length)] }] };
}

function writeAlternative({ elements }: AST.Alternative, classes: CharacterClasses): string {
  return elements.map((element) => writeElement(element, classes)).join("");
}

function writeElement(element: AST.Element, classes: CharacterClasses): string {
  const inner = (alternatives: readonly AST.Alternative[]) =>
    alternatives.map((one) => writeAlternative(one, classes)).join("|");
  switch (element.type) {
    case "Character":
      return codePoint(element.value);
    case "CharacterSet":
      return `[${writeSet(element, classes)}]`;
    case "CharacterClass":
      return writeClass(element, classes);
    case "Group":
      if (element.modifiers !== null) throw new NotExpressible();
      return `(?:${inner(element.alternatives)})`;
    case "CapturingGroup":
      return `(?:${inner(element.alternatives)})`;
    case "Quantifier": {
      const { min, max, greedy } = element;
      const count = max === Number.POSITIVE_INFINITY ? `{${min},}` : `{${min},${max}}`;
      return `(?:${writeElement(element.element, classes)})${count}${greedy ? "" : "?"}`;
    }
    case "Assertion":
      if (element.kind === "start") return "\\A";
      if (element.kind === "end") return "\\z";
      if (element.kind === "word") return element.negate ? "\\B" : "\\b";
      if (element.kind !== "lookbehind") throw new NotExpressible();
      return `(?<${element.negate ? "!" : "="}${inner(element.alternatives)})`;
    default:
      throw new NotExpressible();
  }
}

function writeClass(node: AST.CharacterClass, classes: CharacterClasses): string {
  if (node.unicodeSets) throw new NotExpressible();
  const inner = node.elements
    .map((element) => {
      if (element.type === "Character") return codePoint(element.value);
      if (element.type === "CharacterClassRange")
        return `${codePoint(element.min.value)}-${codePoint(element.max.value)}`;
      if (element.type === "CharacterSet") return writeSet(element, classes);
      throw new NotExpressible();
    })
    .join("");
  // RE2 has no empty class.
  if (inner === "") return node.negate ? `[${everything()}]` : `[^${everything()}]`;
  return `[${node.negate ? "^" : ""}${inner}]`;
}

/** Writes the content of a class for `\d`, `.` and the like with JavaScript's meaning. */
function writeSet(node: AST.CharacterSet, classes: CharacterClasses): string {
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
      return node.negate ? complement(WHITE_SPACE) : WHITE_SPACE.map(range).join("");
    case "property":
      return writeProperty(node.raw, classes);
  }
}

function writeProperty(name: string, classes: CharacterClasses): string {
  const known = classes.get(name);
  if (known !== undefined) return known;
  if (classes.size >= MAX_CLASSES) throw new NotExpressible();
  const ranges = writeRanges(name);
  classes.set(name, ranges);
  return ranges;
}

/** Lists the characters of one of JavaScript's classes. RE2 uses other names and another version of Unicode. */
function writeRanges(characterClass: string): string {
  const runs = new RegExp(`${characterClass}+`, "gu");
  const ranges: string[] = [];
  // Surrogates are omitted: no useful class contains half a character.
  for (const [first, last] of [
    [0, 0xd7ff],
    [0xe000, LAST_CODE_POINT],
  ] as const) {
    for (const [run] of charactersBetween(first, last).matchAll(runs)) {
      const end = run.at(-1) ?? "";
      const isPair = end >= "\udc00" && end <= "\udfff";
      ranges.push(
        `${codePoint(run.codePointAt(0) ?? 0)}-${codePoint(run.codePointAt(run.length - (isPair ? 2 : 1)) ?? 0)}`,
      );
    }
  }
  if (ranges.length === 0) throw new NotExpressible();
  return ranges.join("");
}

/** Returns all characters from one code point to another as UTF-16. */
function charactersBetween(first: number, last: number): string {
  const units = new Uint16Array(2 * (last - first + 1));
  let length = 0;
  for (let code = first; code <= last; code++) {
    if (code > 0xffff) units[length++] = 0xd7c0 + (code >> 10);
    units[length++] = code > 0xffff ? 0xdc00 + (code & 0x3ff) : code;
  }
  return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(units.subarray(0, length));
}

function range([first, last]: readonly [number, number]): string {
  return `${codePoint(first)}-${codePoint(last)}`;
}

function complement(without: readonly (readonly [number, number])[]): string {
  let from = 0;
  let text = "";
  for (const [start, end] of without) {
    text += range([from, start - 1]);
    from = end + 1;
  }
  return text + range([from, LAST_CODE_POINT]);
}

function everything(): string {
  return range([0, LAST_CODE_POINT]);
}

function codePoint(value: number): string {
  return `\\x{${value.toString(16)}}`;
}
