import { type FSWatcher, statSync, watch } from "node:fs";

/** How often it is checked that the place is still the same one, ms. */
const POLL_MS = 400;
/** A change is told once no other has followed for so long, ms: editors write a file in several steps. */
const QUIET_MS = 50;
/** A change is told after so long in any case, ms. */
const LONGEST_WAIT_MS = 300;

/**
 * Watches a folder with everything in it, or a file; also when it is not there yet, is replaced, or comes back. The
 * system tells of changes inside a folder; where it refuses to, the callback comes with every poll.
 * @returns ends it
 */
export function watchPlace(path: string, onChange: () => void): () => void {
  let watcher: FSWatcher | undefined;
  let identity = "";
  let dates = "";
  let firstChange: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function tell(): void {
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
      watcher = watch(path, { recursive: true, persistent: false }, tell);
      watcher.on("error", () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // The system has no watches left: polling takes over.
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
      // A step of the path that may not be entered: looking at it will say so.
      return true;
    }
  }

  safely(poll);
  const interval = setInterval(() => {
    if (safely(poll)) tell();
  }, POLL_MS);
  interval.unref();
  return () => {
    clearInterval(interval);
    clearTimeout(timer);
    watcher?.close();
  };
}
