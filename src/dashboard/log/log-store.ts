import { batch, type ReadonlySignal, signal } from "@preact/signals";
import type { LogLine } from "./log-line.ts";
import { createPageLoader } from "./log-pages.ts";

/** The lines of an execution, as far as they are loaded. They are numbered from 0 without gaps. */
export interface LogStore {
  /** How many lines there are, also those that are not loaded. */
  readonly count: ReadonlySignal<number>;
  /** Increases whenever lines arrive. */
  readonly version: ReadonlySignal<number>;
  /** Returns a line; undefined while it is not loaded; null if the server does not keep it any more. */
  line(seq: number): LogLine | undefined | null;
  /** Whether all lines are loaded. */
  isWhole(): boolean;
  /** Loads the lines of a range that are not there. What was wanted before and has not begun is dropped. */
  want(first: number, last: number): void;
  /** Loads all lines. */
  loadAll(): Promise<void>;
  /** Takes lines that were loaded or received. */
  add(lines: readonly LogLine[]): void;
  /** Takes note that there are at least so many lines. */
  grow(count: number): void;
}

/** Lines are loaded in pages of this size. */
export const PAGE_LINES = 500;

/**
 * Creates an empty store.
 * @param load loads at most {@link PAGE_LINES} lines after the one with this number; from the first if undefined
 */
export function createLogStore(load: (after: number | undefined) => Promise<readonly LogLine[]>): LogStore {
  const lines = new Map<number, LogLine>();
  const count = signal(0);
  const version = signal(0);
  const pages = createPageLoader(async (page) => add(await load(page === 0 ? undefined : page * PAGE_LINES - 1)));

  function add(added: readonly LogLine[]): void {
    let end = count.value;
    for (const line of added) {
      lines.set(line.seq, line);
      end = Math.max(end, line.seq + 1);
    }
    batch(() => {
      count.value = end;
      version.value += 1;
    });
  }

  const isThere = (page: number) => {
    if (pages.hasBegun(page)) return true;
    for (let seq = page * PAGE_LINES; seq < Math.min(count.value, (page + 1) * PAGE_LINES); seq++) {
      if (!lines.has(seq)) return false;
    }
    return true;
  };

  return {
    count,
    version,
    line: (seq) => lines.get(seq) ?? (pages.hasLoaded(Math.floor(seq / PAGE_LINES)) ? null : undefined),
    isWhole: () => lines.size >= count.value,
    want(first, last) {
      const missing: number[] = [];
      const end = Math.min(last, count.value - 1);
      for (let page = Math.floor(first / PAGE_LINES); page * PAGE_LINES <= end; page++) {
        if (!isThere(page)) missing.push(page);
      }
      pages.want(missing);
    },
    async loadAll() {
      for (let page = 0; page * PAGE_LINES < count.value; page++) {
        if (!isThere(page)) await pages.load(page);
      }
    },
    add,
    grow(least) {
      count.value = Math.max(count.value, least);
    },
  };
}
