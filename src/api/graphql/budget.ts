import { GraphQLError } from "graphql";
import { type ShareableText, utf8Length } from "../../domain/shared-text.ts";
import { formatSize } from "../../lib/size.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";

/** Maximum size of the inputs and outputs that one operation reads, in bytes. Unlike a page of REST, a page can't end early. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Counts the inputs and outputs that all fields and aliases of an operation read together. */
export interface Budget {
  /** Bytes. */
  left(): number;
  /** @throws {GraphQLError} QUERY_TOO_LARGE if the budget is exceeded */
  spend(bytes: number): void;
}

/** Creates the budget of one operation. */
export function createBudget(maxBytes = MAX_BYTES): Budget {
  let spent = 0;
  return {
    left: () => Math.max(0, maxBytes - spent),
    spend(bytes) {
      spent += bytes;
      if (spent > maxBytes) throw tooLarge(maxBytes);
    },
  };
}

/**
 * Reads a page of items with inputs, as far as the budget allows.
 * @throws {GraphQLError} QUERY_TOO_LARGE if the budget does not cover the whole page
 */
export async function readWithin<T extends { inputJson: ShareableText }>(
  budget: Budget,
  request: PageRequest,
  read: (request: PageRequest) => Promise<Page<T>>,
): Promise<T[]> {
  const { items } = await read({ ...request, maxBytes: budget.left() });
  // The page ends with the item that exceeds the limit.
  budget.spend(items.reduce((sum, { inputJson }) => sum + utf8Length(inputJson), 0));
  return items;
}

function tooLarge(limit: number): GraphQLError {
  return new GraphQLError(`The response has more than ${formatSize(limit)} of inputs and outputs.`, {
    extensions: {
      code: "QUERY_TOO_LARGE",
      limit,
      remedy: "Request fewer items at once, or use the lists of REST, whose pages end early.",
    },
  });
}
