import { type FSWatcher, statSync, watch } from "node:fs";

/** Interval of the checks that the place is still the same one, ms. */
const POLL_MS = 400;
/** A change is reported once no other has followed for this long, ms: editors write a file in several steps. */
const QUIET_MS = 50;
/** A change is reported after this time at the latest, ms. */
const LONGEST_WAIT_MS = 300;

/** A place that is watched. */
interface WatchedPlace {
  readonly path: string;
  /** Is called after each change. */
  readonly report: () => void;
  /** Reports changes inside a folder; undefined for a file, and if the system has no watches left. */
  watcher: FSWatcher | undefined;
  /** Device, inode and kind at the latest poll; empty if nothing was there. */
  identity: string;
  /** Size and times at the latest poll. */
  dates: string;
}

/**
 * Watches a folder and everything in it, or a file, even if it does not exist yet, is replaced, or comes back. The
 * system reports changes inside a folder; if it can't, every poll calls back.
 * @returns a function that stops watching
 */
export function watchPlace(path: string, onChange: () => void): () => void {
  const { report, cancel } = reportOnce(onChange);
  const place: WatchedPlace = { path, report, watcher: undefined, identity: "", dates: "" };
  hasChanged(place);
  const interval = setInterval(() => {
    if (hasChanged(place)) report();
  }, POLL_MS);
  interval.unref();
  return () => {
    clearInterval(interval);
    cancel();
    place.watcher?.close();
  };
}

/** Joins changes that follow one another closely into one call. */
function reportOnce(onChange: () => void): { report: () => void; cancel: () => void } {
  let firstChange: number | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    report() {
      const now = performance.now();
      firstChange ??= now;
      clearTimeout(timer);
      const wait = Math.max(0, Math.min(QUIET_MS, firstChange + LONGEST_WAIT_MS - now));
      timer = setTimeout(() => {
        firstChange = undefined;
        onChange();
      }, wait);
      timer.unref();
    },
    cancel: () => clearTimeout(timer),
  };
}

function hasChanged(place: WatchedPlace): boolean {
  try {
    return poll(place);
  } catch {
    // A folder of the path may not be entered; the scan will report that.
    return true;
  }
}

function poll(place: WatchedPlace): boolean {
  const stats = statSync(place.path, { throwIfNoEntry: false });
  const identity = stats === undefined ? "" : `${stats.dev} ${stats.ino} ${stats.isDirectory()}`;
  const dates = stats === undefined ? "" : `${stats.size} ${stats.mtimeMs} ${stats.ctimeMs}`;
  const isDirectory = stats?.isDirectory() ?? false;
  const changed = identity !== place.identity || dates !== place.dates;
  if (identity !== place.identity) attachWatcher(place, isDirectory);
  place.identity = identity;
  place.dates = dates;
  return changed || (isDirectory && place.watcher === undefined);
}

function attachWatcher(place: WatchedPlace, isDirectory: boolean): void {
  place.watcher?.close();
  place.watcher = undefined;
  if (!isDirectory) return;
  try {
    const watcher = watch(place.path, { recursive: true, persistent: false }, place.report);
    place.watcher = watcher;
    watcher.on("error", () => {
      watcher.close();
      if (place.watcher === watcher) place.watcher = undefined;
    });
  } catch {
    // The system has no watches left; polling takes over.
  }
}
