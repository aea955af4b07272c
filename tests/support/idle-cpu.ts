/** How long each look takes, ms. */
const WINDOW = 300;
const LOOKS = 4;

/**
 * Processor time that the process uses in 300 ms, ms: the least of a few looks. The engine compiles and collects garbage for a
 * while after a test, but a thread that is still busy uses the processor at every look.
 */
export async function idleCpu(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < LOOKS && least > 50; look++) {
    const before = process.cpuUsage();
    await Bun.sleep(WINDOW);
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1_000);
  }
  return least;
}
