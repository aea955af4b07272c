/** Sources of an execution that are fixed, so that each run of the same program and input gives the same result. */
export interface FixedSources {
  /**
   * What the clock reads at the start, in ms since the epoch. It stands still while the task computes, and passes from
   * timer to timer, without real waiting if no response is on its way. @default the real clock
   */
  startedAt?: number | undefined;
  /**
   * Determines Math.random and the random bytes. A text of 16 hex digits is the state of Math.random itself, as in a
   * recording. @default real randomness
   */
  seed?: string | undefined;
}
