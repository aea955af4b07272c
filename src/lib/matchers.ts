import { isObject } from "./is-object.ts";
import { showJson } from "./json-diff.ts";

/** Tells whether a regular expression matches a text. */
export type PatternTest = (source: string, text: string) => boolean;

/** What a matcher needs to know about its surroundings. */
export interface MatchContext {
  pattern: PatternTest;
  /** Compares a value with an expected one, which may contain matchers. Returns true if it matches. */
  matches: (expected: unknown, actual: unknown) => boolean;
  /** Compares exactly. */
  equal: (expected: unknown, actual: unknown) => boolean;
}

/** One kind of matcher. */
interface Matcher {
  /** Returns what is wrong with the operand, for a person who wrote it; undefined if nothing is. */
  wrong: (operand: unknown) => string | undefined;
  /** Tells whether a value matches. `whole` is the object that the matcher is written in. */
  test: (actual: unknown, operand: unknown, context: MatchContext, whole: Record<string, unknown>) => boolean;
}

/** Names of types, for `$type`. */
export const TYPE_NAMES = ["string", "number", "integer", "boolean", "object", "array", "null"] as const;

/** How far `$closeTo` may be off without `$within`, as in Jest's toBeCloseTo: two digits. */
const WITHIN = 0.005;

const anything = () => undefined;
const isTrue = (operand: unknown) => (operand === true ? undefined : "is not true");
const isNumber = (operand: unknown) => (typeof operand === "number" ? undefined : "is not a number");
const isOrdered = (operand: unknown) =>
  typeof operand === "number" || typeof operand === "string" ? undefined : "is neither a number nor a text";
const isList = (operand: unknown) => (Array.isArray(operand) ? undefined : "is not a list");

/** Compares numbers with numbers and texts with texts: negative, 0 or positive; NaN for anything else. */
function order(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return Math.sign(a - b);
  if (typeof a !== "string" || typeof b !== "string") return Number.NaN;
  return a < b ? -1 : Number(a > b);
}

/** The matchers by name. docs/schemas/task-test.schema.json and docs/tasks.md list them too. */
export const MATCHERS: Readonly<Record<string, Matcher>> = {
  $any: { wrong: isTrue, test: () => true },
  $absent: { wrong: isTrue, test: (actual) => actual === undefined },
  $type: {
    wrong: (operand) => {
      const names: unknown[] = Array.isArray(operand) ? operand : [operand];
      const known = names.length > 0 && names.every((name) => TYPE_NAMES.some((one) => one === name));
      return known ? undefined : `is not one of ${TYPE_NAMES.join(", ")}`;
    },
    test: (actual, operand) => {
      const names: unknown[] = Array.isArray(operand) ? operand : [operand];
      return names.some((name) => hasType(actual, name));
    },
  },
  $regex: {
    wrong: (operand) => (typeof operand === "string" ? undefined : "is not a text"),
    test: (actual, operand, { pattern }) => typeof actual === "string" && pattern(String(operand), actual),
  },
  $contains: {
    wrong: anything,
    test: (actual, operand, { matches }) => {
      if (typeof actual === "string") return typeof operand === "string" && actual.includes(operand);
      if (!Array.isArray(actual)) return false;
      const wanted: unknown[] = Array.isArray(operand) ? operand : [operand];
      return wanted.every((one) => actual.some((item) => matches(one, item)));
    },
  },
  $length: {
    wrong: (operand) => (Number.isInteger(operand) && Number(operand) >= 0 ? undefined : "is not a whole number"),
    test: (actual, operand) => (typeof actual === "string" || Array.isArray(actual)) && actual.length === operand,
  },
  $each: {
    wrong: anything,
    test: (actual, operand, { matches }) => Array.isArray(actual) && actual.every((item) => matches(operand, item)),
  },
  $oneOf: {
    wrong: isList,
    test: (actual, operand, { matches }) => Array.isArray(operand) && operand.some((one) => matches(one, actual)),
  },
  $not: { wrong: anything, test: (actual, operand, { matches }) => !matches(operand, actual) },
  $equal: { wrong: anything, test: (actual, operand, { equal }) => equal(operand, actual) },
  $gt: { wrong: isOrdered, test: (actual, operand) => order(actual, operand) > 0 },
  $gte: { wrong: isOrdered, test: (actual, operand) => order(actual, operand) >= 0 },
  $lt: { wrong: isOrdered, test: (actual, operand) => order(actual, operand) < 0 },
  $lte: { wrong: isOrdered, test: (actual, operand) => order(actual, operand) <= 0 },
  $closeTo: {
    wrong: isNumber,
    test: (actual, operand, _context, { $within = WITHIN }) =>
      typeof actual === "number" && Math.abs(actual - Number(operand)) <= Number($within),
  },
  $within: { wrong: isNumber, test: () => true },
};

/** Tells whether an expected value is a matcher: an object with a member whose name starts with `$`. */
export function isMatcher(expected: unknown): expected is Record<string, unknown> {
  return isObject(expected) && Object.keys(expected).some((name) => name.startsWith("$"));
}

/** Names of the matchers whose operand is an expected value itself, or a list of such values. */
const WITH_EXPECTED: ReadonlySet<string> = new Set(["$contains", "$each", "$oneOf", "$not"]);

/** Something wrong with the matchers of an expected value. */
export interface MatcherFault {
  /** Names and places from the root of the value. */
  path: readonly (string | number)[];
  message: string;
  /** The unknown name, if that is what is wrong. */
  unknown?: string;
}

/** Finds faults in an expected value with matchers, and adds the regular expressions in it to `patterns`. */
export function findMatcherFaults(expected: unknown, patterns: Set<string>): MatcherFault[] {
  const faults: MatcherFault[] = [];
  const visit = (value: unknown, path: readonly (string | number)[]): void => {
    if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visit(item, [...path, index]);
    } else if (isMatcher(value)) {
      for (const [name, operand] of Object.entries(value)) {
        const fault = operandFault(name, operand, value);
        if (fault !== undefined) faults.push({ path: [...path, name], ...fault });
        else if (name === "$regex") patterns.add(String(operand));
        else if (WITH_EXPECTED.has(name)) visit(operand, [...path, name]);
      }
    } else if (isObject(value)) {
      for (const [name, inner] of Object.entries(value)) visit(inner, [...path, name]);
    }
  };
  visit(expected, []);
  return faults;
}

function operandFault(
  name: string,
  operand: unknown,
  whole: Record<string, unknown>,
): Pick<MatcherFault, "message" | "unknown"> | undefined {
  const matcher = Object.hasOwn(MATCHERS, name) ? MATCHERS[name] : undefined;
  if (matcher === undefined) {
    return { message: `${JSON.stringify(name)} is not a matcher, and stands in an object with one`, unknown: name };
  }
  const wrong = matcher.wrong(operand);
  if (wrong !== undefined) return { message: `${name} ${wrong}: ${showJson(operand)}` };
  if (name === "$within" && !Object.hasOwn(whole, "$closeTo")) return { message: "$within needs $closeTo" };
  return undefined;
}

function hasType(value: unknown, name: unknown): boolean {
  switch (name) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "null":
      return value === null;
    case "object":
      return isObject(value);
    default:
      return typeof value === name;
  }
}
