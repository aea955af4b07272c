/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** The `cursor` of the request for the next page; null on the last one. */
  nextCursor: string | null;
}

/** Maximum number of items on a page. */
export const MAX_PAGE_SIZE = 1_000;

/** Number of items on a page if the request does not say. */
export const DEFAULT_PAGE_SIZE = 50;

/** Selects a page of a list. */
export interface PageRequest {
  /** 1 to {@link MAX_PAGE_SIZE}. @default {@link DEFAULT_PAGE_SIZE} */
  limit?: number;
  /** `nextCursor` of the page before. */
  cursor?: string;
  /** Number of items to skip, for callers that number their pages; slow if large. @default 0 */
  offset?: number;
  /** @default "desc" */
  order?: "asc" | "desc";
  /**
   * The page ends after the item with which the total size of its inputs exceeds this, bytes. A thousand large inputs
   * would be too much.
   * @default no limit
   */
  maxBytes?: number;
}

/** Selects a page of a list that can be sorted by something other than creation time. */
export interface SortedPageRequest<Sort extends string> extends PageRequest {
  /** @default "created" */
  sort?: Sort | "created";
}
