/** What one execution may use. Each limit has an outcome of its own. */
export interface ExecutionLimits {
  /** Wall time from start to outcome, ms. */
  timeMs: number;
  /** Guest memory, bytes, engine included. */
  memoryBytes: number;
  /** Guest stack, bytes; 256 kB is about 1,000 frames. */
  stackBytes: number;
  /** Result, bytes of JSON. */
  outputBytes: number;
  /** Console output and progress reports together, bytes; each line or report counts 16 more. */
  logBytes: number;
  /** Number of fetch calls. */
  fetchCount: number;
  /** One response body, bytes. */
  fetchResponseBytes: number;
  /** All request and response bodies together, bytes. */
  fetchTotalBytes: number;
}

const MEGABYTE = 1024 * 1024;

/** The limits of an execution for which nothing else was said. */
export const DEFAULT_LIMITS: Readonly<ExecutionLimits> = Object.freeze({
  timeMs: 30_000,
  memoryBytes: 64 * MEGABYTE,
  stackBytes: 256 * 1024,
  outputBytes: 16 * MEGABYTE,
  logBytes: MEGABYTE,
  fetchCount: 1_000,
  fetchResponseBytes: 16 * MEGABYTE,
  fetchTotalBytes: 64 * MEGABYTE,
});
