/** A component with a lifecycle. The composition root starts and stops it once. */
export interface Service {
  readonly name: string;
  /** Resolves when the service is running. */
  start(): Promise<void>;
  /**
   * Accepts no new work, finishes running work, and resolves when everything has ended. After `graceMs` it stops work
   * that is still running. It may be called again, or before `start`.
   */
  stop(graceMs: number): Promise<void>;
}
