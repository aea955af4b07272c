import { GraphQLError } from "graphql";
import { formatSize } from "../../lib/size.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";

/** Inputs and outputs that one operation may read, bytes. A page of REST ends early; a page here has its number. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Counts what an operation reads of inputs and outputs, all its fields and aliases together. */
export interface Budget {
  /** Bytes. */
  left(): number;
  /** @throws {GraphQLError} QUERY_TOO_LARGE when nothing is left */
  spend(bytes: number): void;
}

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
 * Reads a page of things that have inputs, no more of them than the budget allows.
 * @throws {GraphQLError} QUERY_TOO_LARGE when that is not all of the page
 */
export async function readWithin<T extends { inputJson: string }>(
  budget: Budget,
  request: PageRequest,
  read: (request: PageRequest) => Promise<Page<T>>,
): Promise<T[]> {
  const { items } = await read({ ...request, maxBytes: budget.left() });
  // The page ended with the item that passed the limit.
  budget.spend(items.reduce((sum, { inputJson }) => sum + Buffer.byteLength(inputJson), 0));
  return items;
}

function tooLarge(limit: number): GraphQLError {
  return new GraphQLError(`The answer has more than ${formatSize(limit)} of inputs and outputs.`, {
    extensions: {
      code: "QUERY_TOO_LARGE",
      limit,
      remedy: "Ask for fewer items at once, or use the lists of REST, whose pages end early.",
    },
  });
}
