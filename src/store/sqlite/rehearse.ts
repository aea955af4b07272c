import type { Tx } from "./group-commit.ts";
import type { Writer } from "./writer.ts";

/** Carries the result of work out of the transaction that undoes it. */
class Undone<T> {
  constructor(readonly result: T) {}
}

/**
 * Runs work to learn its result, and undoes all that it wrote, counted and emitted.
 * @throws what the work throws
 */
export async function rehearse<T>(writer: Pick<Writer, "write">, work: (tx: Tx) => T): Promise<T> {
  try {
    return await writer.write((tx): T => {
      // The writer undoes the changes of work that throws, and of no other.
      throw new Undone(work(tx));
    });
  } catch (error) {
    if (error instanceof Undone) return error.result;
    throw error;
  }
}
