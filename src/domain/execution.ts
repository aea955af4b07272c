import type { SleepingGuest } from "./durable.ts";
import type { RatchetError } from "./errors.ts";
import type { ShareableText } from "./shared-text.ts";

/** Resources that an execution used. */
export interface ResourceUsage {
  /** Wall time without the waits for durable operations, in ms. Of a run that has slept, the time since it woke. */
  durationMs: number;
  /**
   * Time that its thread spent on it, in ms: the guest's code, and the host's work for it on that thread. Neither
   * waiting for fetches and timers nor passing messages on the main thread counts.
   */
  cpuMs: number;
  /** Peak of the guest memory, in bytes. */
  peakMemoryBytes: number;
  fetchCount: number;
  /** Request and response bodies, in bytes. */
  fetchBytes: number;
}

/** Usage of an execution that never got a machine. */
export const NO_USAGE: Readonly<ResourceUsage> = Object.freeze({
  durationMs: 0,
  cpuMs: 0,
  peakMemoryBytes: 0,
  fetchCount: 0,
  fetchBytes: 0,
});

/** An execution that went to sleep: it holds nothing, and goes on with {@link SleepingGuest.image}. */
export interface AsleepOutcome {
  status: "asleep";
  guest: SleepingGuest;
  usage: ResourceUsage;
}

/** How an execution ended. The output stays JSON text, because most callers only pass it on. */
export type ExecutionOutcome =
  | { status: "completed"; outputJson: ShareableText; usage: ResourceUsage }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage }
  | AsleepOutcome;

/** Levels of the guest's console, in ascending order. */
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;

/** One line of a guest's console. */
export interface LogEntry {
  level: LogLevel;
  message: string;
  /** ms since the epoch. */
  time: number;
}
