/** Upper bounds of the classes in which run times are counted, ms. The last class has the times above all of them. */
export const RUN_TIME_BOUNDS_MS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 15_000, 60_000, 300_000,
] as const;

/** Number of classes. */
export const RUN_TIME_CLASSES = RUN_TIME_BOUNDS_MS.length + 1;

/** Returns the class of a run time. @param ms at least 0 */
export function runTimeClass(ms: number): number {
  let index = 0;
  while (index < RUN_TIME_BOUNDS_MS.length && ms > (RUN_TIME_BOUNDS_MS[index] ?? 0)) index += 1;
  return index;
}

/**
 * Estimates a quantile from the number of run times in each class. Times are taken to be spread evenly over their class;
 * of the last class, which has no upper bound, the lower one is returned.
 * @param quantile in [0, 1]
 * @returns ms; null without run times
 * @example
 * ```ts
 * // Four times of up to 1 ms, and four between 1 and 2 ms.
 * runTimeQuantile([4, 4], 0.5); // => 1
 * runTimeQuantile([4, 4], 0.75); // => 1.5
 * runTimeQuantile([], 0.5); // => null
 * ```
 */
export function runTimeQuantile(counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = quantile * total;
  let below = 0;
  for (const [index, count] of counts.entries()) {
    if (count > 0 && below + count >= rank) {
      const lower = RUN_TIME_BOUNDS_MS[index - 1] ?? 0;
      const upper = RUN_TIME_BOUNDS_MS[index] ?? lower;
      return lower + (upper - lower) * Math.max(0, (rank - below) / count);
    }
    below += count;
  }
  return RUN_TIME_BOUNDS_MS.at(-1) ?? null;
}
