import type { CallRequest, DurableError, DurableRequest } from "../domain/durable.ts";
import { defined } from "../lib/defined.ts";

/** An operation that has no result yet. */
export interface OpenOperation {
  request: DurableRequest;
  /** Items of a map that were not started, by their index. */
  refused: Readonly<Record<string, DurableError>>;
  /** When it ends by the passing of time alone, ms since the epoch; null if never. */
  dueAt: number | null;
  /** The function of a step has failed so often, and runs again when it is due. */
  attempts: number;
  /** The job of a call, once it is there. */
  childJobId?: number | null;
}

/** What was asked for. */
export type AskedOperation = Pick<OpenOperation, "request" | "refused">;

/** What errors say about the child of a call. */
export function childOf({ request, childJobId }: OpenOperation): DurableError["call"] {
  if (request.kind !== "call") return undefined;
  const { task, version } = request;
  return defined({ task, version, jobId: childJobId == null ? undefined : String(childJobId) });
}

/** Returns the number of the open call whose stream another call reads. */
export function sourceOf({ rows }: CallRequest, open: ReadonlyMap<number, OpenOperation>): number | undefined {
  if (rows === undefined) return undefined;
  for (const [number, { request }] of open) {
    if (request.kind === "call" && request.label === rows && request.undoes === undefined) return number;
  }
  return undefined;
}
