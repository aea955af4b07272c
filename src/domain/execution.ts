import type { RatchetError } from "./errors.ts";

/** What an execution used. */
export interface ResourceUsage {
  /** Wall time, ms. */
  durationMs: number;
  /** Largest guest memory, bytes. */
  peakMemoryBytes: number;
  fetchCount: number;
  /** Request and response bodies, bytes. */
  fetchBytes: number;
}

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
