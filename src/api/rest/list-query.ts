import { defined } from "../../lib/defined.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type SortedPageRequest } from "../../store/contract/page.ts";

/** Parameters that every list takes. */
export const LIST_PARAMETERS = {
  limit: {
    type: "integer",
    minimum: 1,
    maximum: MAX_PAGE_SIZE,
    default: DEFAULT_PAGE_SIZE,
    description: "Largest number of items on the page.",
  },
  cursor: {
    type: "string",
    maxLength: 4_000,
    description: "nextCursor of the page before, with the same filters and order.",
  },
  order: {
    type: "string",
    enum: ["asc", "desc"],
    default: "desc",
    description: "Direction of the list: ascending or descending by creation, or by what `sort` names.",
  },
} as const;

/** A page ends after the item with which its inputs pass this, bytes. */
export const PAGE_BYTES = 16 * 1024 * 1024;

/** Parameters of lists that can be bounded by time. */
export const TIME_PARAMETERS = {
  createdFrom: {
    type: "string",
    description: "Only what was created at this time or later: ISO 8601 with a zone, or ms since 1970.",
  },
  createdTo: {
    type: "string",
    description: "Only what was created before this time: ISO 8601 with a zone, or ms since 1970.",
  },
} as const;

/** A path's `:id`. */
export const ID_PARAMETER = {
  type: "object",
  properties: { id: { type: "integer", minimum: 1, description: "Number of what is meant." } },
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

/** The page that is requested. It ends early when its inputs are large: `nextCursor` goes on from there. */
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
