/** One page of a list. */
export interface Page<T> {
  items: T[];
  /** Give it back to get the next page; null on the last one. */
  nextCursor: string | null;
}

/** Which page. */
export interface PageRequest {
  /** 1 to 1000. @default 50 */
  limit?: number;
  /** From the page before. */
  cursor?: string;
  /** Items to pass over, for callers that count pages; slow when large. @default 0 */
  offset?: number;
  /** By the time they were made. @default "desc" */
  order?: "asc" | "desc";
}
