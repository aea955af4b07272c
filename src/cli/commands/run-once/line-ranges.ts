/** Numbers of lines, as ranges from and to, both included. They are in ascending order and do not touch. */
export type LineRanges = readonly (readonly [from: number, to: number])[];

/** Joins numbers and ranges in any order. */
export function mergeRanges(ranges: LineRanges): [number, number][] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

/**
 * Creates a test for numbers that are asked for in ascending order.
 * @param ranges merged
 */
export function rangeTest(ranges: LineRanges): (line: number) => boolean {
  let at = 0;
  return (line) => {
    while (at < ranges.length && (ranges[at]?.[1] ?? 0) < line) at++;
    const range = ranges[at];
    return range !== undefined && range[0] <= line;
  };
}
