import { type FSWatcher, statSync, watch } from "node:fs";

/** Interval of the checks that the place is still the same one, ms. */
const POLL_MS = 400;
/** A change is reported once no other has followed for this long, ms: editors write a file in several steps. */
const QUIET_MS = 50;
/** A change is reported after this time at the latest, ms. */
const LONGEST_WAIT_MS = 300;

/**
 * Watches a folder and everything in it, or a file, even if it does not exist yet, is replaced, or comes back. The
 * system reports changes inside a folder; if it can't, every poll calls back.
 * @returns a function that stops watching
 */
export function watchPlace(path: string, onChange: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let identity = "";
  let dates = "";
  let firstChange: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function report(): void {
    const now = performance.now();
    firstChange ??= now;
    clearTimeout(timer);
    const wait = Math.max(0, Math.min(QUIET_MS, firstChange + LONGEST_WAIT_MS - now));
    timer = setTimeout(() => {
      firstChange = undefined;
      onChange();
    }, wait);
    timer.unref();
  }

  function attach(isDirectory: boolean): void {
    watcher?.close();
    watcher = undefined;
    if (!isDirectory) return;
    try {
      watcher = watch(path, { recursive: true, persistent: false }, report);
      watcher.on("error", () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // The system has no watches left; polling takes over.
    }
  }

  function poll(): boolean {
    const stats = statSync(path, { throwIfNoEntry: false });
    const nowIdentity = stats === undefined ? "" : `${stats.dev} ${stats.ino} ${stats.isDirectory()}`;
    const nowDates = stats === undefined ? "" : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
    const isDirectory = stats?.isDirectory() ?? false;
    const changed = nowIdentity !== identity || nowDates !== dates;
    if (nowIdentity !== identity) attach(isDirectory);
    identity = nowIdentity;
    dates = nowDates;
    return changed || (isDirectory && watcher === undefined);
  }

  function safely(work: () => boolean): boolean {
    try {
      return work();
    } catch {
      // A folder of the path may not be entered; the scan will report that.
      return true;
    }
  }

  safely(poll);
  const interval = setInterval(() => {
    if (safely(poll)) report();
  }, POLL_MS);
  interval.unref();
  return () => {
    clearInterval(interval);
    clearTimeout(timer);
    watcher?.close();
  };
}
