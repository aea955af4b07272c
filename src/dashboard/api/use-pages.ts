import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import type { EventPattern } from "../live/live.ts";
import { type Problem, problemOf } from "./problem.ts";
import { useLoad } from "./use-load.ts";

/** One page of a list, as REST returns it. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A list that grows at its end. */
export interface PagedList<T> {
  /** Undefined until the first page is loaded. */
  items: readonly T[] | undefined;
  problem: Problem | undefined;
  isLoading: boolean;
  hasMore: boolean;
  loadMore(): void;
  reload(): void;
}

/** Loads one page of a list. @param cursor where it begins; undefined for the first one */
export type LoadPage<T> = (cursor: string | undefined, signal?: AbortSignal) => Promise<ListPage<T>>;

/** What {@link usePages} needs besides the pages. */
export interface PagesOptions<T> {
  /** Plain values that the list depends on, such as the filters. */
  inputs: readonly (string | number | boolean | undefined)[];
  /** What identifies an item. */
  keyOf: (item: T) => string | number;
  /** Events after which the list may have changed. */
  on?: readonly EventPattern[];
}

/** How many pages are loaded again after an event at most. The rows of further ones stay as they were. */
const MOST_PAGES = 20;

/** The pages of a list that are shown. */
interface Shown<T> extends ListPage<T> {
  readonly count: number;
}

/** Loads a list page by page. Events reload all pages that are shown: new items appear, and changed ones change. */
export function usePages<T>(load: LoadPage<T>, { inputs, keyOf, on = [] }: PagesOptions<T>): PagedList<T> {
  const { toasts } = useApp();
  const [more, setMore] = useState<Shown<T> | undefined>(undefined);
  const [isLoadingMore, setLoadingMore] = useState(false);
  const latest = useRef<Shown<T> | undefined>(undefined);
  const list = useRef(0);
  // Before the effect in which the first page is loaded.
  useLayoutEffect(() => {
    list.current += 1;
    latest.current = undefined;
    setMore(undefined);
  }, inputs);
  const { data, problem, isLoading, reload } = useLoad(
    (signal) =>
      loadShown(
        (cursor) => load(cursor, signal),
        () => latest.current,
        keyOf,
      ),
    inputs,
    { on },
  );
  // What was appended is part of the next reload.
  const isAppended = data !== undefined && more !== undefined && more.count > data.count;
  const shown = isAppended ? appended(data, more, keyOf) : data;
  latest.current = shown;
  const nextCursor = shown?.nextCursor ?? null;

  async function loadMore(): Promise<void> {
    if (shown === undefined || nextCursor === null || isLoadingMore) return;
    setLoadingMore(true);
    const { current } = list;
    try {
      const page = await load(nextCursor);
      // The filters may have changed in the meantime.
      if (list.current === current) setMore(appended(shown, { ...page, count: shown.count + 1 }, keyOf));
    } catch (error) {
      toasts.show(problemOf(error).message, "bad");
    }
    setLoadingMore(false);
  }

  return {
    items: shown?.items,
    problem,
    isLoading: isLoading || isLoadingMore,
    hasMore: nextCursor !== null,
    loadMore: () => void loadMore(),
    reload,
  };
}

/**
 * Loads the pages that are shown, as far as the last item on them, which new items may have pushed to the next page.
 * @param before what is shown; undefined before the first page is
 */
async function loadShown<T>(
  load: LoadPage<T>,
  before: () => Shown<T> | undefined,
  keyOf: (item: T) => string | number,
): Promise<Shown<T>> {
  const items = new Map<string | number, T>();
  let cursor: string | undefined;
  for (let count = 1; ; count++) {
    const page = await load(cursor);
    for (const item of page.items) items.set(keyOf(item), item);
    const { items: old, count: wanted, nextCursor } = before() ?? { items: [], count: 1, nextCursor: null };
    const last = old.at(-1);
    const isSeen = wanted === 1 || last === undefined || items.has(keyOf(last));
    if (page.nextCursor === null || count > wanted || (count === wanted && isSeen)) {
      return { items: [...items.values()], nextCursor: page.nextCursor, count };
    }
    if (count === MOST_PAGES) return { items: withRest([...items.values()], old, keyOf), nextCursor, count: wanted };
    cursor = page.nextCursor;
  }
}

/** Returns new items, and after them the old ones that stood behind the last of them. */
function withRest<T>(fresh: readonly T[], old: readonly T[], keyOf: (item: T) => string | number): readonly T[] {
  const keys = new Set(fresh.map(keyOf));
  const end = old.findLastIndex((item) => keys.has(keyOf(item)));
  return [...fresh, ...old.slice(end + 1)];
}

/** The pages that are shown, and what follows them. */
function appended<T>(before: Shown<T>, more: Shown<T>, keyOf: (item: T) => string | number): Shown<T> {
  const seen = new Set(before.items.map(keyOf));
  return { ...more, items: [...before.items, ...more.items.filter((item) => !seen.has(keyOf(item)))] };
}
