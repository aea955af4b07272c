import type { DurableAtRest } from "../host/durable/durable-context.ts";
import type { SourceState } from "../host/durable/durable-source.ts";
import type { FetchesAtRest } from "../host/fetches-at-rest.ts";

/** What the host of a guest keeps of it while it sleeps, beside its machine. */
export interface GuestAtRest {
  /** The run, so that no image gets into another one. */
  runKey: string;
  seed: string;
  /** How many random bytes it has drawn. */
  drawn: number;
  source: SourceState;
  durable: DurableAtRest;
  fetches: FetchesAtRest;
  /** How many compressions it has begun. */
  compressions: number;
  /** Bytes of console output and progress reports so far. */
  logBytes: number;
  /** How much of its time it has left, ms, if it was cancelled and cleans up. */
  cleanUpMs?: number;
}
