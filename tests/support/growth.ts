import { expect } from "bun:test";

/** How much larger the large input is. */
const FACTOR = 8;
/** A quadratic time would grow by the square of the factor, 64. */
const LINEAR = 3.5 * FACTOR;
/** Times below this are noise, ms. */
const NOISE_MS = 2;
/** Tries after which the best times count: garbage collections and compilers spoil some of them. */
const TRIES = 20;

/**
 * Tests how much longer `work` takes with an input of a size than with one of an eighth of it: the ratio of the best of
 * several tries each. Time is the thread's processor time, so that nothing else on the machine matters.
 * @param prepare makes the input of a size; not measured
 * @param most what the ratio must be below. @default a time in proportion to the size
 */
export function expectGrowth<T>(
  prepare: (size: number) => T,
  work: (input: T) => unknown,
  size: number,
  most = LINEAR,
): void {
  const [small, large] = [prepare(Math.floor(size / FACTOR)), prepare(size)];
  let [short, long] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  const ratio = () => long / Math.max(short, NOISE_MS);
  for (let tries = 0; tries < TRIES && !(ratio() < most); tries++) {
    long = Math.min(
      long,
      timeOf(() => work(large)),
    );
    short = Math.min(
      short,
      timeOf(() => work(small)),
    );
  }
  expect(ratio()).toBeLessThan(most);
}

/** Processor time of this thread, ms. */
function timeOf(work: () => unknown): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1000;
}
