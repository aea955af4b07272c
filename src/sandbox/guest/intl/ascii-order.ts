import { ask } from "./ask.ts";

const FIRST = 0x20;
const LAST = 0x7e;
/** How many collators' orders are kept. */
const MOST = 32;

/** The place of each printable ASCII character in a collator's order; letters that differ in case share one. */
type Order = readonly number[];

const orders: Record<string, Order | false> = { __proto__: null } as unknown as Record<string, Order | false>;
const kept = { count: 0 };
const charCodeAt = uncurried(String.prototype.charCodeAt);

/**
 * Compares two texts of printable ASCII without the host: sorting would otherwise call it for each pair.
 * @param json the collator's locales and options
 * @returns undefined if the texts have other characters, or the collator compares in another way
 */
export function compareAscii(json: string, x: string, y: string): number | undefined {
  const order = orderOf(json);
  if (order === false) return undefined;
  const { length: xLength } = x;
  const { length: yLength } = y;
  const least = xLength < yLength ? xLength : yLength;
  let primary = 0;
  let tertiary = 0;
  for (let i = 0; i < least; i++) {
    const a = charCodeAt(x, i);
    const b = charCodeAt(y, i);
    if (a < FIRST || a > LAST || b < FIRST || b > LAST) return undefined;
    if (a === b || primary !== 0) continue;
    primary = (order[a - FIRST] as number) - (order[b - FIRST] as number);
    // Of two letters that are otherwise equal, the lower case one comes first; it has the larger code.
    if (primary === 0 && tertiary === 0) tertiary = b - a;
  }
  // What follows may be outside ASCII, and may combine with what was compared.
  if (!isAscii(xLength > yLength ? x : y, least)) return undefined;
  return sign(primary || xLength - yLength || tertiary);
}

function isAscii(text: string, from: number): boolean {
  for (let i = from; i < text.length; i++) {
    const code = charCodeAt(text, i);
    if (code < FIRST || code > LAST) return false;
  }
  return true;
}

function sign(difference: number): number {
  return difference < 0 ? -1 : difference > 0 ? 1 : 0;
}

function orderOf(json: string): Order | false {
  const known = orders[json];
  if (known !== undefined) return known;
  const order = ask("Collator.asciiOrder", json, "[]") as Order | null;
  if (kept.count < MOST) {
    kept.count += 1;
    orders[json] = order ?? false;
  }
  return order ?? false;
}

function uncurried(method: (this: string, index: number) => number): (text: string, index: number) => number {
  return Function.prototype.call.bind(method) as (text: string, index: number) => number;
}
