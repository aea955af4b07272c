import type { Executor } from "../executor.ts";
import type { ThreadTally } from "./thread-tally.ts";

/** What a pool uses now, and what it has done so far. */
export interface PoolUsage {
  threads: number;
  /** The most threads that there may be. */
  maxThreads: number;
  /** Threads that compute for an execution at this moment. */
  busy: number;
  /** Executions that threads have, those that only wait included. Each has a memory account. */
  running: number;
  /** Executions that no thread has yet. */
  waiting: number;
  /** Executions that have ended. */
  executions: number;
  /** Memory on all accounts together, and its limit, bytes. */
  accountBytes: number;
  accountLimitBytes: number;
  /** Resets of machines, by the image that they were reset to. */
  resets: { program: number; base: number };
  /** Memory that idle machines and images of programs hold, bytes. */
  machineBytes: number;
  imageBytes: number;
}

/** An executor on Workers. */
export interface PoolExecutor extends Executor {
  usage(): PoolUsage;
  /** Drops what threads keep for later executions: idle machines and images of programs. */
  dropCaches(): void;
}

/** Adds up what threads have counted. The resets of threads that have ended are in `past`. */
export function addTallies(
  tallies: readonly ThreadTally[],
  past: PoolUsage["resets"],
): Pick<PoolUsage, "resets" | "machineBytes" | "imageBytes"> {
  const sum = { resets: { ...past }, machineBytes: 0, imageBytes: 0 };
  for (const { resets, machineBytes, imageBytes } of tallies) {
    sum.resets.program += resets.program;
    sum.resets.base += resets.base;
    sum.machineBytes += machineBytes;
    sum.imageBytes += imageBytes;
  }
  return sum;
}
