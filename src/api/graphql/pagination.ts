import { RatchetError } from "../../domain/errors.ts";
import type { PageRequest } from "../../store/contract/page.ts";
import type { Builder } from "./builder.ts";

const DEFAULT_LIMIT = 20;
/** Items on a page at most. */
export const HIGHEST_LIMIT = 200;
/** Items that may be passed over: pages far behind cost what is before them. */
const HIGHEST_OFFSET = 100_000;

/** The input that says which page. */
export type PaginationInput = ReturnType<typeof addPagination>;

/** Adds the input that says which page. */
export function addPagination(builder: Builder) {
  return builder.inputType("PaginationInput", {
    description: "Which page of a list.",
    fields: (t) => ({
      page: t.int({ required: false, defaultValue: 1, description: "From 1." }),
      limit: t.int({
        required: false,
        defaultValue: DEFAULT_LIMIT,
        description: `Items on a page, 1 to ${HIGHEST_LIMIT}.`,
      }),
    }),
  });
}

/** The page that is meant. @throws {RatchetError} USAGE */
export function pageRequest(
  pagination: { page?: number | null | undefined; limit?: number | null | undefined } | null | undefined,
): PageRequest {
  const page = pagination?.page ?? 1;
  const limit = pagination?.limit ?? DEFAULT_LIMIT;
  if (page < 1) throw wrong(`The page is ${page}; pages are counted from 1.`, "page");
  if (limit < 1 || limit > HIGHEST_LIMIT) {
    throw wrong(`The limit is ${limit}; it must be from 1 to ${HIGHEST_LIMIT}.`, "limit");
  }
  const offset = (page - 1) * limit;
  if (offset > HIGHEST_OFFSET) {
    throw wrong(
      `Page ${page} is too far behind: ${offset} items would be passed over, the limit is ${HIGHEST_OFFSET}.`,
      "page",
    );
  }
  return { limit, offset };
}

/** How many items of a list without pages are meant. @throws {RatchetError} USAGE */
export function itemLimit(limit: number | null | undefined, usual: number, field = "limit"): number {
  const count = limit ?? usual;
  if (count >= 1 && count <= 1_000) return count;
  throw new RatchetError("USAGE", `The ${field} is ${count}; it must be from 1 to 1000.`, { data: { field } });
}

function wrong(message: string, field: string): RatchetError {
  return new RatchetError("USAGE", message, {
    data: { field: `pagination.${field}` },
    remedy: "Ask for another page, or use the lists of REST, which have cursors.",
  });
}
