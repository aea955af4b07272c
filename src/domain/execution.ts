import type { RatchetError } from "./errors.ts";

/** What an execution used. */
export interface ResourceUsage {
  /** Wall time, ms. */
  durationMs: number;
  /**
   * Time its thread worked for it, ms: the guest's code, and what the host did on its behalf there. Waiting for fetches
   * and timers is not in it; what the main thread does to carry messages is not either.
   */
  cpuMs: number;
  /** Largest guest memory, bytes. */
  peakMemoryBytes: number;
  fetchCount: number;
  /** Request and response bodies, bytes. */
  fetchBytes: number;
}

/** Of an execution that did not get as far as a machine. */
export const NO_USAGE: Readonly<ResourceUsage> = Object.freeze({
  durationMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  fetchCount: 0,
  fetchBytes: 0,
});

/** How one execution ended. The output is kept as JSON text: most callers only pass it on. */
export type ExecutionOutcome =
  | { status: "completed"; outputJson: string; usage: ResourceUsage }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage };

/** Levels of the guest's console, in rising order. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** One line of a guest's console. */
export interface LogEntry {
  level: LogLevel;
  message: string;
  /** ms since the epoch. */
  time: number;
}
