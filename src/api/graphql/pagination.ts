import { RatchetError } from "../../domain/errors.ts";
import type { PageRequest } from "../../store/contract/page.ts";
import type { Builder } from "./builder.ts";

const DEFAULT_LIMIT = 20;
/** Maximum number of items on a page. */
export const HIGHEST_LIMIT = 200;
/** Maximum number of items to skip, because a page costs as much as all pages before it. */
const HIGHEST_OFFSET = 100_000;

/** The input that selects a page. */
export type PaginationInput = ReturnType<typeof addPagination>;

/** Adds the input that selects a page. */
export function addPagination(builder: Builder) {
  return builder.inputType("PaginationInput", {
    description: "Selects a page of a list.",
    fields: (t) => ({
      page: t.int({ required: false, defaultValue: 1, description: "Number of the page, from 1." }),
      limit: t.int({
        required: false,
        defaultValue: DEFAULT_LIMIT,
        description: `Maximum number of items on the page, 1 to ${HIGHEST_LIMIT}.`,
      }),
    }),
  });
}

/** Returns the requested page. @throws {RatchetError} USAGE */
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
      `Page ${page} is too far behind: it skips ${offset} items, and the limit is ${HIGHEST_OFFSET}.`,
      "page",
    );
  }
  return { limit, offset };
}

function wrong(message: string, field: string): RatchetError {
  return new RatchetError("USAGE", message, {
    data: { field: `pagination.${field}` },
    remedy: "Request another page, or use the lists of REST, which have cursors.",
  });
}
