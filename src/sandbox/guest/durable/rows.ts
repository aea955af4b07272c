import { DURABLE_DELIVERY, OPERATION } from "../../host-operations.ts";
import { host } from "./base.ts";
import { waitFor } from "./operations.ts";

/** Rows that arrive together. */
interface Batch {
  rows: unknown[];
  /** There are no more. */
  end: boolean;
}

/** The rows of the input. The host reads them when they are asked for. */
export async function* rows(): AsyncGenerator<unknown, void, void> {
  let taken = 0;
  let hasEnded = false;
  try {
    while (!hasEnded) {
      const batch = await next(taken);
      for (let i = 0; i < batch.rows.length; i++) {
        taken++;
        yield batch.rows[i];
      }
      hasEnded = batch.end;
    }
  } finally {
    // A loop over the rows has ended early, or has thrown.
    if (!hasEnded) host(OPERATION.closeRows, taken);
  }
}

function next(taken: number): Promise<Batch> {
  const problem = host(OPERATION.readRows, taken);
  if (problem !== undefined) throw new Error(problem as string);
  return new Promise((resolve, reject) => {
    waitFor(DURABLE_DELIVERY.rows, { resolve: resolve as (value: unknown) => void, reject });
  });
}
