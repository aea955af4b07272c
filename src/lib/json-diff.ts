import { isObject } from "./is-object.ts";

const MOST_LINES = 100;
const SHOWN = 80;
const DEEPEST_SHOWN = 4;
const WIDEST_SHOWN = 12;

/**
 * Lists the differences of two JSON values by path: `/items/0/name: expected "a", got "b"`. Paths are JSON pointers
 * (RFC 6901). The order of an object's members does not matter. If two lists differ in length, equal items at both ends
 * are skipped. Values may be nested to any depth.
 * @param sameText returns true if two strings count as equal @default equality
 * @returns one line per difference, at most 100 and then a count of the rest; empty for equal values
 */
export function diffJson(expected: unknown, actual: unknown, sameText: SameText = (a, b) => a === b): string[] {
  const lines: string[] = [];
  let found = 0;
  const report = (path: string, text: string) => {
    found++;
    if (found <= MOST_LINES) lines.push(`${pathText(path)}: ${text}`);
  };
  const open: Pair[] = [{ path: "", expected, actual }];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    if (same(pair, sameText)) continue;
    if (pair.expected === undefined) report(pair.path, `not expected, got ${show(pair.actual)}`);
    else if (pair.actual === undefined) report(pair.path, `missing, expected ${show(pair.expected)}`);
    else {
      const inner = membersOf(pair, sameText);
      if (inner !== undefined) for (const member of inner.reverse()) open.push(member);
      else report(pair.path, describe(pair.expected, pair.actual));
    }
  }
  if (found > MOST_LINES) lines.push(`and ${found - MOST_LINES} more differences`);
  return lines;
}

type SameText = (expected: string, actual: string) => boolean;

/** Two values at the same path. `undefined` means that there is no value. */
interface Pair {
  path: string;
  expected: unknown;
  actual: unknown;
}

function same({ expected, actual }: Pair, sameText: SameText): boolean {
  if (expected === actual) return true;
  return typeof expected === "string" && typeof actual === "string" && sameText(expected, actual);
}

function membersOf({ path, expected, actual }: Pair, sameText: SameText): Pair[] | undefined {
  if (Array.isArray(expected) && Array.isArray(actual)) return itemsOf(path, expected, actual, sameText);
  if (!isObject(expected) || !isObject(actual)) return undefined;
  const keys = new Set([...Object.keys(expected), ...Object.keys(actual)]);
  return [...keys].map((key) => ({
    path: `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`,
    expected: Object.hasOwn(expected, key) ? expected[key] : undefined,
    actual: Object.hasOwn(actual, key) ? actual[key] : undefined,
  }));
}

function itemsOf(path: string, expected: unknown[], actual: unknown[], sameText: SameText): Pair[] {
  const pairs: Pair[] = [];
  const shorter = Math.min(expected.length, actual.length);
  let front = 0;
  let back = 0;
  if (expected.length !== actual.length) {
    while (front < shorter && equal(expected[front], actual[front], sameText)) front++;
    while (back < shorter - front && equal(expected.at(-1 - back), actual.at(-1 - back), sameText)) back++;
  }
  const longest = Math.max(expected.length, actual.length) - back;
  for (let i = front; i < longest; i++) {
    pairs.push({
      path: `${path}/${i}`,
      expected: i < expected.length - back ? expected[i] : undefined,
      actual: i < actual.length - back ? actual[i] : undefined,
    });
  }
  return pairs;
}

function equal(a: unknown, b: unknown, sameText: SameText): boolean {
  const open: Pair[] = [{ path: "", expected: a, actual: b }];
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    if (same(pair, sameText)) continue;
    if (Array.isArray(pair.expected) && Array.isArray(pair.actual) && pair.expected.length !== pair.actual.length) {
      return false;
    }
    const inner = membersOf(pair, sameText);
    if (inner === undefined) return false;
    for (const member of inner) open.push(member);
  }
  return true;
}

/** Returns a JSON pointer as differences show it. */
export function pathText(path: string): string {
  if (path === "") return "the whole value";
  return path.length <= 200 ? path : `${path.slice(0, 120)}...${path.slice(-60)}`;
}

/** Describes a difference. Long strings are shown from where they differ. */
function describe(expected: unknown, actual: unknown): string {
  if (typeof expected !== "string" || typeof actual !== "string") {
    return `expected ${show(expected)}, got ${show(actual)}`;
  }
  if (expected.length <= SHOWN && actual.length <= SHOWN) return `expected ${show(expected)}, got ${show(actual)}`;
  let at = 0;
  while (expected[at] === actual[at]) at++;
  const from = Math.max(0, at - 20);
  const excerpt = (text: string) =>
    `${from > 0 ? "..." : ""}${JSON.stringify(text.slice(from, from + SHOWN))}${text.length > from + SHOWN ? "..." : ""}`;
  return `expected ${excerpt(expected)}, got ${excerpt(actual)} (they differ at character ${at + 1})`;
}

/** Returns the beginning of a value as JSON. It is shallow, short and cheap for any value. */
export function showJson(value: unknown): string {
  return show(value);
}

function show(value: unknown, depth = 0): string {
  const text = preview(value, depth);
  return text.length <= SHOWN || depth > 0 ? text : `${text.slice(0, SHOWN)}...`;
}

function preview(value: unknown, depth: number): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, SHOWN * 2));
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "nothing";
  if (Array.isArray(value)) {
    if (value.length > SHOWN && depth === 0) return `a list of ${value.length}`;
    return `[${members(value, depth, (item) => show(item, depth + 1))}]`;
  }
  return `{${members(Object.entries(value), depth, ([key, item]) => `${JSON.stringify(key)}:${show(item, depth + 1)}`)}}`;
}

function members<T>(all: readonly T[], depth: number, text: (member: T) => string): string {
  if (all.length === 0) return "";
  if (depth === DEEPEST_SHOWN) return "...";
  const shown = all.slice(0, WIDEST_SHOWN).map(text).join(",");
  return all.length > WIDEST_SHOWN ? `${shown},...` : shown;
}
