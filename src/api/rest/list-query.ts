import { defined } from "../../lib/defined.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type SortedPageRequest } from "../../store/contract/page.ts";

/** Parameters of every list. */
export const LIST_PARAMETERS = {
  limit: {
    type: "integer",
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: "Maximum number of items on the page.",
  },
  cursor: {
    type: "string",
    maxLength: 4_000,
    description: "nextCursor of the previous page, for the same filters and order.",
  },
  order: {
    type: "string",
    enum: ["asc", "desc"],
    default: "desc",
    description:
      "Direction of the list: ascending or descending by the time of creation, or by the value that `sort` selects.",
  },
} as const;

/** A page ends after the item with which its inputs exceed this size, in bytes. */
export const PAGE_BYTES = 16 * 1024 * 1024;

/** Parameters of lists that can be bounded by time. */
export const TIME_PARAMETERS = {
  createdFrom: {
    type: "string",
    description: "Only items created at this time or later: ISO 8601 with a zone, or ms since 1970.",
  },
  createdTo: {
    type: "string",
    description: "Only items created before this time: ISO 8601 with a zone, or ms since 1970.",
  },
} as const;

/** A path's `:id`. */
export const ID_PARAMETER = {
  type: "object",
  properties: { id: { type: "integer", minimum: 1, description: "Id of the job or execution." } },
  required: ["id"],
  additionalProperties: false,
} as const;

/** A path's `:task`. */
export const TASK_PARAMETER = {
  type: "object",
  properties: { task: { type: "string", description: "Label, uuid or id of a task." } },
  required: ["task"],
  additionalProperties: false,
} as const;

/** A path's `:id` of a schedule. */
export const SCHEDULE_PARAMETER = {
  type: "object",
  properties: { id: { type: "string", description: "Id or name of the schedule." } },
  required: ["id"],
  additionalProperties: false,
} as const;

/** A path's `:name` of a schedule. */
export const SCHEDULE_NAME_PARAMETER = {
  type: "object",
  properties: { name: { type: "string", description: "Name of the schedule." } },
  required: ["name"],
  additionalProperties: false,
} as const;

/** Returns the requested page. It ends early if its inputs are large; `nextCursor` continues from there. */
export function pageOf<Sort extends string = never>(query: PageQuery<Sort>): SortedPageRequest<Sort> {
  const { limit, cursor, order, sort } = query;
  return { maxBytes: PAGE_BYTES, ...defined({ limit, cursor, order, sort }) };
}

interface PageQuery<Sort extends string> {
  limit?: number | undefined;
  cursor?: string | undefined;
  order?: "asc" | "desc" | undefined;
  sort?: Sort | "created" | undefined;
}
