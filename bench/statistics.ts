/** The value in the middle; of an even number, the mean of the two. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which a share of all values lies, interpolated. NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/**
 * Measures several things in turn, round after round, so that what the machine does meanwhile touches all alike. The
 * first rounds are thrown away.
 * @returns the values of each, in the order they were measured
 */
export async function interleave<K extends string>(
  subjects: Record<K, () => number | Promise<number>>,
  { rounds, warmUp = 2 }: { rounds: number; warmUp?: number },
): Promise<Record<K, number[]>> {
  const names = Object.keys(subjects) as K[];
  const values = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<K, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (const name of names) {
      const value = await subjects[name]();
      if (round >= 0) values[name].push(value);
    }
  }
  return values;
}
