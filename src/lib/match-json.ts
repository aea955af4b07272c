import { isObject } from "./is-object.ts";
import { diffJson, pathText, showJson } from "./json-diff.ts";
import { isMatcher, MATCHERS, type MatchContext, type PatternTest } from "./matchers.ts";

const MOST_LINES = 100;

/**
 * Compares a JSON value with an expected one that says only what matters, like Jest's toMatchObject: an object may have
 * more members than expected; a list has exactly the expected items; an object with `$` names is a matcher.
 * @returns one line per difference: `/items/0/name: expected "a", got "b"`; empty if the value matches
 */
export function matchJson(expected: unknown, actual: unknown, pattern: PatternTest): string[] {
  const context = matchContext(pattern);
  const lines: string[] = [];
  const visit = (wanted: unknown, given: unknown, path: string): void => {
    if (isMatcher(wanted)) {
      if (!matcherHolds(wanted, given, context)) lines.push(`${pathText(path)}: ${difference(wanted, given)}`);
    } else if (Array.isArray(wanted) && Array.isArray(given) && wanted.length === given.length) {
      for (const [index, item] of wanted.entries()) visit(item, given[index], `${path}/${index}`);
    } else if (isObject(wanted) && isObject(given)) {
      for (const [name, inner] of Object.entries(wanted)) {
        const step = name.replaceAll("~", "~0").replaceAll("/", "~1");
        visit(inner, Object.hasOwn(given, name) ? given[name] : undefined, `${path}/${step}`);
      }
    } else if (Array.isArray(wanted) && Array.isArray(given)) {
      lines.push(`${pathText(path)}: expected ${wanted.length} items, got ${given.length}: ${showJson(given)}`);
    } else if (wanted !== given) lines.push(`${pathText(path)}: ${difference(wanted, given)}`);
  };
  visit(expected, actual, "");
  if (lines.length <= MOST_LINES) return lines;
  return [...lines.slice(0, MOST_LINES), `and ${lines.length - MOST_LINES} more differences`];
}

/** Returns true if a value matches; see {@link matchJson}. */
export function matchesJson(expected: unknown, actual: unknown, pattern: PatternTest): boolean {
  return matchJson(expected, actual, pattern).length === 0;
}

/** Returns true if all matchers of an object hold for a value. */
function matcherHolds(matcher: Record<string, unknown>, actual: unknown, context: MatchContext): boolean {
  return Object.entries(matcher).every(([name, operand]) => {
    // A missing value matches only what says so.
    if (actual === undefined && name !== "$absent" && name !== "$not") return false;
    return MATCHERS[name]?.test(actual, operand, context, matcher) ?? false;
  });
}

function matchContext(pattern: PatternTest): MatchContext {
  return {
    pattern,
    matches: (expected, actual) => matchesJson(expected, actual, pattern),
    equal: (expected, actual) => diffJson(expected, actual).length === 0,
  };
}

function difference(expected: unknown, actual: unknown): string {
  if (actual === undefined) return `missing, expected ${showJson(expected)}`;
  if (isMatcher(expected) && expected.$absent === true) return `not expected, got ${showJson(actual)}`;
  return `expected ${showJson(expected)}, got ${showJson(actual)}`;
}
