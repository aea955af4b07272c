import type { Page, PageRequest } from "../../store/contract/page.ts";
import { readTime } from "../prepare-job.ts";

/** Parameters that every list takes. */
export const LIST_PARAMETERS = {
  limit: { type: "integer", minimum: 1, maximum: 1_000, default: 50, description: "Items on a page." },
  cursor: { type: "string", maxLength: 100, description: "nextCursor of the page before, with the same filters." },
  order: { enum: ["asc", "desc"], default: "desc", description: "By the time they were made." },
} as const;

/** Parameters of lists that can be bounded by time. */
export const TIME_PARAMETERS = {
  createdFrom: { type: "string", description: "Made at this time or later; ISO 8601 or ms since 1970." },
  createdTo: { type: "string", description: "Made before this time." },
} as const;

/** A path's `:id`. */
export const ID_PARAMETER = {
  type: "object",
  properties: { id: { type: "integer", minimum: 1 } },
  required: ["id"],
  additionalProperties: false,
} as const;

/** A path's `:task`. */
export const TASK_PARAMETER = {
  type: "object",
  properties: { task: { type: "string", description: "uuid, label or id of a task" } },
  required: ["task"],
  additionalProperties: false,
} as const;

/** The page that is asked for. */
export function pageOf(query: { limit?: number; cursor?: string; order?: "asc" | "desc" }): PageRequest {
  const { limit, cursor, order } = query;
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(cursor === undefined ? {} : { cursor }),
    ...(order === undefined ? {} : { order }),
  };
}

/** The bounds that are asked for. @throws {RatchetError} USAGE */
export function timesOf(query: { createdFrom?: string | number; createdTo?: string | number }, pointer = "") {
  const { createdFrom, createdTo } = query;
  return {
    ...(createdFrom === undefined ? {} : { createdFrom: readTime(createdFrom, `${pointer}/createdFrom`) }),
    ...(createdTo === undefined ? {} : { createdTo: readTime(createdTo, `${pointer}/createdTo`) }),
  };
}

/** Items that are read at first; more when they are small. */
const FIRST_READ = 25;
/** A page ends after the item with which it passes this, bytes: a thousand large inputs are no answer. */
const PAGE_BYTES = 16 * 1024 * 1024;
const USUAL_LIMIT = 50;

/** Reads a page in parts, and ends it early when it gets large: `nextCursor` goes on from there. */
export async function pageWithin<T>(
  read: (request: PageRequest) => Promise<Page<T>>,
  request: PageRequest,
  bytesOf: (item: T) => number,
): Promise<Page<T>> {
  const limit = request.limit ?? USUAL_LIMIT;
  const items: T[] = [];
  let bytes = 0;
  let { cursor } = request;
  for (let size = FIRST_READ; ; size *= 4) {
    const part = Math.min(size, limit - items.length);
    const page = await read({ ...request, limit: part, ...(cursor === undefined ? {} : { cursor }) });
    items.push(...page.items);
    for (const item of page.items) bytes += bytesOf(item);
    if (page.nextCursor === null || items.length >= limit || bytes > PAGE_BYTES) {
      return { items, nextCursor: page.nextCursor };
    }
    cursor = page.nextCursor;
  }
}
