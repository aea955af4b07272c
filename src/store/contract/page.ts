/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Give it back to get the next page; null on the last one. */
  nextCursor: string | null;
}

/** Maximum number of items on a page. */
export const MAX_PAGE_SIZE = 1_000;

/** Number of items on a page, unless the request asks for another. */
export const DEFAULT_PAGE_SIZE = 50;

/** Which page. */
export interface PageRequest {
  /** 1 to {@link MAX_PAGE_SIZE}. @default {@link DEFAULT_PAGE_SIZE} */
  limit?: number;
  /** From the page before. */
  cursor?: string;
  /** Items to pass over, for callers that count pages; slow when large. @default 0 */
  offset?: number;
  /** @default "desc" */
  order?: "asc" | "desc";
  /**
   * The page ends after the item with which its inputs pass this, bytes: a thousand large ones are no page.
   * @default no limit
   */
  maxBytes?: number;
}

/** A page of a list that can be sorted by something other than the time its items were made. */
export interface SortedPageRequest<Sort extends string> extends PageRequest {
  /** @default "created" */
  sort?: Sort | "created";
}
