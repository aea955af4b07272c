import type { DurableError, DurableRequest } from "../domain/durable.ts";

/** An operation that has no result yet. */
export interface OpenOperation {
  request: DurableRequest;
  /** Items of a map that were not started, by their index. */
  refused: Readonly<Record<string, DurableError>>;
  /** When it ends by the passing of time alone, ms since the epoch; null if never. */
  dueAt: number | null;
  /** The function of a step has failed so often, and runs again when it is due. */
  attempts: number;
}

/** What was asked for. */
export type AskedOperation = Pick<OpenOperation, "request" | "refused">;
