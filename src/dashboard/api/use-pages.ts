import { useEffect, useState } from "preact/hooks";
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

/**
 * Loads a list page by page. Events reload the first page, so that new items appear at the top and changed ones change;
 * the pages after it stay as they were loaded.
 */
export function usePages<T>(load: LoadPage<T>, { inputs, keyOf, on = [] }: PagesOptions<T>): PagedList<T> {
  const first = useLoad((signal) => load(undefined, signal), inputs, { on });
  const { toasts } = useApp();
  const [more, setMore] = useState<ListPage<T> | undefined>(undefined);
  const [isLoadingMore, setLoadingMore] = useState(false);
  useEffect(() => setMore(undefined), inputs);
  const nextCursor = more === undefined ? (first.data?.nextCursor ?? null) : more.nextCursor;

  async function loadMore(): Promise<void> {
    if (nextCursor === null || isLoadingMore) return;
    setLoadingMore(true);
    try {
      const page = await load(nextCursor);
      // New items push others off the first page: keep what was on it.
      const before = more?.items ?? first.data?.items ?? [];
      setMore({ items: [...before, ...page.items], nextCursor: page.nextCursor });
    } catch (error) {
      toasts.show(problemOf(error).message, "bad");
    }
    setLoadingMore(false);
  }

  return {
    items: first.data === undefined ? undefined : merged(first.data.items, more?.items ?? [], keyOf),
    problem: first.problem,
    isLoading: first.isLoading || isLoadingMore,
    hasMore: nextCursor !== null,
    loadMore: () => void loadMore(),
    reload: first.reload,
  };
}

/** The items of the first page, and after them those that were loaded before and are not on it. */
function merged<T>(first: readonly T[], rest: readonly T[], keyOf: (item: T) => string | number): readonly T[] {
  if (rest.length === 0) return first;
  const fresh = new Set(first.map(keyOf));
  return [...first, ...rest.filter((item) => !fresh.has(keyOf(item)))];
}
