import { toRatchetError } from "../domain/unknown-error.ts";
import type { Clock } from "../lib/clock.ts";
import type { DirectExecutionEnd } from "../store/contract/executions.ts";
import type { Store } from "../store/contract/store.ts";
import { isMachineFault } from "./store-attempts.ts";
import { storedError } from "./stored-error.ts";

/** What is needed to store the result of a direct execution. */
export interface DirectEndStorage {
  store: Pick<Store, "executions">;
  clock: Clock;
}

/** Time between two tries to store a failure, ms. */
const STORE_PAUSE_MS = 5_000;
/** Number of tries: one hour. */
const STORE_TRIES = 720;

/**
 * Stores the result of a direct execution. If that fails, the caller gets the error, and the execution is stored as
 * failed as soon as possible.
 * @throws {RatchetError} ENVIRONMENT, or whatever else the store throws
 */
export async function storeDirectEnd(storage: DirectEndStorage, end: DirectExecutionEnd): Promise<void> {
  try {
    await storage.store.executions.finishDirect(end);
  } catch (cause) {
    const error = toRatchetError(cause, "The result of the execution could not be stored.");
    const failure: DirectExecutionEnd = { ...end, logs: [], result: { status: "failed", error: storedError(error) } };
    storeLater(storage, failure, { ms: isMachineFault(error) ? STORE_PAUSE_MS : 0, tries: STORE_TRIES });
    throw error;
  }
}

function storeLater(storage: DirectEndStorage, end: DirectExecutionEnd, next: { ms: number; tries: number }): void {
  storage.clock.after(next.ms, () => {
    storage.store.executions.finishDirect(end).catch((error: unknown) => {
      if (isMachineFault(error) && next.tries > 1) {
        storeLater(storage, end, { ms: STORE_PAUSE_MS, tries: next.tries - 1 });
      }
    });
  });
}
