/** The limits of one execution. Exceeding each of them has its own outcome. */
export interface ExecutionLimits {
  /** Time from start to outcome, in ms. Waiting for a durable operation does not count. */
  timeMs: number;
  /** Time at work after a cancellation, in ms: for the `catch` and `finally` blocks of a durable run. */
  cleanupMs: number;
  /** Guest memory including the engine, in bytes. */
  memoryBytes: number;
  /** Guest stack, in bytes. 256 kB are about 1,000 frames. */
  stackBytes: number;
  /** Output, in bytes of JSON. */
  outputBytes: number;
  /** Console output and progress reports together, in bytes, plus 16 for each line or report. */
  logBytes: number;
  /** Number of fetch calls. */
  fetchCount: number;
  /** One response body, in bytes. */
  fetchResponseBytes: number;
  /** All request and response bodies together, in bytes. */
  fetchTotalBytes: number;
}

const MEGABYTE = 1024 * 1024;

/** The largest memory limit that an execution can have, in bytes: the engine's memory is declared with this maximum. */
export const MAX_MEMORY_BYTES: number = 2_048 * MEGABYTE;

/** Default limits of an execution. */
export const DEFAULT_LIMITS: Readonly<ExecutionLimits> = Object.freeze({
  timeMs: 30_000,
  cleanupMs: 10_000,
  memoryBytes: 64 * MEGABYTE,
  stackBytes: 256 * 1024,
  outputBytes: 16 * MEGABYTE,
  logBytes: MEGABYTE,
  fetchCount: 1_000,
  fetchResponseBytes: 16 * MEGABYTE,
  fetchTotalBytes: 64 * MEGABYTE,
});
