import { totalmem } from "node:os";

/** Approximate share of the memory budget that a waiting job takes, bytes. */
const WAITING_JOB_BYTES = 1.5 * 1024 * 1024;
/** Maximum number of jobs claimed at once: each takes memory of the server as well. */
const HIGHEST_MAX_CLAIMED = 10_000;

/**
 * Returns how many jobs a worker may claim, including those that only wait. They may take half of the memory budget.
 * @param memoryBudget bytes. @default half of the machine's memory
 */
export function maxClaimedFor(memoryBudget: number = totalmem() / 2): number {
  return Math.min(HIGHEST_MAX_CLAIMED, Math.floor(memoryBudget / 2 / WAITING_JOB_BYTES));
}
