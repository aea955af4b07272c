/** What an operation costs the host while the guest waits for it, in addition to its texts, bytes. */
export const OPERATION_BYTES = 512;

/** An operation that the guest waits for. */
export interface OpenOperation {
  /** The function of a step runs, or it ends with the host's record. Neither is given up when the run is cancelled. */
  keeps: boolean;
  /** When a sleep ends, ms since the epoch. */
  until?: number;
  /** What is counted for it, bytes. */
  held: number;
}

/**
 * How long does a guest wait for its operations?
 * @param soon ms since the epoch
 * @returns "long" if all of them are sleeps that end after `soon`; "busy" if it waits for a step, or for nothing
 */
export function waitOf(operations: Iterable<OpenOperation>, soon: number): "long" | "unknown" | "busy" {
  const all = [...operations];
  if (all.length === 0 || all.some(({ keeps }) => keeps)) return "busy";
  return all.every(({ until }) => until !== undefined && until > soon) ? "long" : "unknown";
}
