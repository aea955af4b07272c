/**
 * Finds the candidate most similar to a misspelt word. Case is ignored, swapped neighbours count as one mistake
 * (optimal string alignment distance), and at most a third of the word (but always one mistake) may be wrong. A
 * candidate that continues the word (`time` for `timeout`) also matches.
 * @returns `undefined` if nothing is similar enough
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = word.toLowerCase();
  if (wanted === "" || wanted.length > 100) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 0.9;
  for (const candidate of candidates) {
    const name = candidate.toLowerCase();
    const continued = wanted.length >= 3 && name.startsWith(wanted);
    // If the lengths alone differ by more than the best distance so far, no comparison is needed.
    if (!continued && Math.abs(wanted.length - name.length) >= bestDistance) continue;
    const distance = Math.min(editDistance(wanted, name), continued ? 0.5 : Number.POSITIVE_INFINITY);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous: number[] = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current: number[] = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforePrevious[j - 2] ?? 0) + 1);
      }
      current.push(cost);
    }
    beforePrevious = previous;
    previous = current;
  }
  return previous[b.length] ?? 0;
}
