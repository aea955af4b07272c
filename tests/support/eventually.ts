/** How long a test waits for what has to come, ms. Longer than it takes on a busy machine, shorter than a test may take. */
const PATIENCE_MS = 60_000;
/** Pause between two looks, ms. */
const PAUSE_MS = 5;

/**
 * Waits until a condition holds, for conditions that nothing announces.
 * @returns what the condition returned
 * @throws {Error} with the condition's source when it did not hold in time
 */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  patienceMs = PATIENCE_MS,
): Promise<Exclude<T, false | undefined | null | 0>> {
  const late = performance.now() + patienceMs;
  for (;;) {
    const found = await condition();
    if (found) return found as Exclude<T, false | undefined | null | 0>;
    if (performance.now() > late) throw new Error(`never came true: ${condition}`);
    await Bun.sleep(PAUSE_MS);
  }
}

/**
 * Waits until a value has stayed the same for many looks in a row, for things that come to a halt.
 * @returns the value
 */
export async function untilSteady<T>(read: () => T | Promise<T>, looks = 20): Promise<T> {
  let last = await read();
  for (let same = 0; same < looks; same++) {
    await Bun.sleep(PAUSE_MS);
    const now = await read();
    if (now !== last) same = 0;
    last = now;
  }
  return last;
}

/** Waits until the clock shows another millisecond than now, for tests of an order by time. */
export async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  await eventually(() => Date.now() > now);
}
