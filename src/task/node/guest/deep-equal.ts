/** Compares as `assert.deepStrictEqual` does, or as `assert.deepEqual` if `loose`. */
export function deepEqual(a: unknown, b: unknown, loose = false): boolean {
  return same(a, b, { loose, pairs: [] });
}

interface Comparison {
  loose: boolean;
  /** The pairs of objects around the current one: a cycle is equal where it closes on both sides at once. */
  pairs: [object, object][];
}

function same(a: unknown, b: unknown, comparison: Comparison): boolean {
  if (Object.is(a, b)) return true;
  const objects = typeof a === "object" && typeof b === "object" && a !== null && b !== null;
  if (!objects) return comparison.loose && typeof a !== "function" && looselyEqual(a, b);
  if (comparison.pairs.some(([left, right]) => left === a && right === b)) return true;
  comparison.pairs.push([a, b]);
  const equal = sameObjects(a, b, comparison);
  comparison.pairs.pop();
  return equal;
}

function sameObjects(a: object, b: object, comparison: Comparison): boolean {
  if (!comparison.loose && Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
  if (tagOf(a) !== tagOf(b)) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  if (a instanceof Date && b instanceof Date && !Object.is(a.getTime(), b.getTime())) return false;
  if (a instanceof RegExp && b instanceof RegExp && (String(a) !== String(b) || a.lastIndex !== b.lastIndex))
    return false;
  if (a instanceof Error && b instanceof Error && (a.name !== b.name || a.message !== b.message)) return false;
  if (isWrapper(a) && !Object.is(a.valueOf(), b.valueOf())) return false;
  if (a instanceof Map && b instanceof Map && !sameMaps(a, b, comparison)) return false;
  if (a instanceof Set && b instanceof Set && !sameSets(a, b, comparison)) return false;
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer)
    return same(new Uint8Array(a), new Uint8Array(b), comparison);
  return sameMembers(a, b, comparison);
}

function tagOf(value: object): string {
  return Object.prototype.toString.call(value);
}

function isWrapper(value: object): boolean {
  return /^\[object (?:String|Number|Boolean|BigInt|Symbol)\]$/.test(tagOf(value));
}

function sameMembers(a: object, b: object, comparison: Comparison): boolean {
  const keys = memberKeys(a, comparison);
  if (keys.length !== memberKeys(b, comparison).length) return false;
  if (Array.isArray(a) && a.length !== (b as unknown[]).length) return false;
  return keys.every((key) => Object.hasOwn(b, key) && same(Reflect.get(a, key), Reflect.get(b, key), comparison));
}

function memberKeys(value: object, { loose }: Comparison): (string | symbol)[] {
  const symbols = Object.getOwnPropertySymbols(value).filter((symbol) =>
    Object.prototype.propertyIsEnumerable.call(value, symbol),
  );
  return loose ? Object.keys(value) : [...Object.keys(value), ...symbols];
}

function sameMaps(a: ReadonlyMap<unknown, unknown>, b: ReadonlyMap<unknown, unknown>, comparison: Comparison): boolean {
  if (a.size !== b.size) return false;
  const rest = new Map(b);
  for (const [key, value] of a) {
    const found = rest.has(key) ? key : [...rest.keys()].find((other) => same(key, other, comparison));
    if (!rest.has(found) || !same(value, rest.get(found), comparison)) return false;
    rest.delete(found);
  }
  return true;
}

function sameSets(a: ReadonlySet<unknown>, b: ReadonlySet<unknown>, comparison: Comparison): boolean {
  if (a.size !== b.size) return false;
  const rest = new Set(b);
  for (const value of a) {
    const found = rest.has(value) ? value : [...rest].find((other) => same(value, other, comparison));
    if (!rest.delete(found)) return false;
  }
  return true;
}

/** Compares as `assert.equal` does. */
export function looselyEqual(a: unknown, b: unknown): boolean {
  // biome-ignore lint/suspicious/noDoubleEquals: this is what "loose" means in Node.js
  return a == b || (Number.isNaN(a) && Number.isNaN(b));
}
