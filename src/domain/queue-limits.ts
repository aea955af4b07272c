/** Maximum number of concurrent jobs that a limit can allow. */
export const MAX_CONCURRENCY = 1_000_000;

/** Maximum number of starts in one period of a rate. */
export const MAX_RATE_COUNT = 1_000_000;

/** Maximum period of a rate: 366 days, in ms. */
export const MAX_RATE_PERIOD_MS = 366 * 24 * 60 * 60 * 1_000;
