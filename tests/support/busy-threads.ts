import { readdirSync, readFileSync } from "node:fs";

/** Looks in a row at which no thread may run. */
const QUIET_LOOKS = 12;
/** Looks after which threads count as busy for good. */
const MOST_LOOKS = 400;
/** Pause between two looks, ms. */
const PAUSE_MS = 5;

/** Can the state of threads be read here? */
export const THREADS_VISIBLE: boolean = process.platform === "linux";

/**
 * Waits until all threads of this process but the calling one sleep, for many looks in a row: nothing computes any more.
 * Compiling and collecting garbage go on for a while after a test, but a thread that is stuck runs at every look.
 * @returns false if that does not come
 */
export async function allThreadsSleep(): Promise<boolean> {
  for (let look = 0, quiet = 0; look < MOST_LOOKS; look++) {
    quiet = runningThreads() === 0 ? quiet + 1 : 0;
    if (quiet === QUIET_LOOKS) return true;
    await Bun.sleep(PAUSE_MS);
  }
  return false;
}

/** How many threads run or are ready to run now, without the main thread, which looks. */
function runningThreads(): number {
  return readdirSync("/proc/self/task").filter((thread) => {
    if (thread === String(process.pid)) return false;
    try {
      // "4711 (name) R ...": the name may have any characters, so the state is what follows the last parenthesis.
      const status = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
      return status.slice(status.lastIndexOf(")") + 2).startsWith("R");
    } catch {
      return false; // it has ended
    }
  }).length;
}
