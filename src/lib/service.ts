/** Something with a life of its own: started once, stopped once, by the composition root. */
export interface Service {
  readonly name: string;
  /** Resolves when the service does its work. */
  start(): Promise<void>;
  /**
   * Takes nothing new, finishes what runs, and resolves when nothing of it is left. After `graceMs` it stops what still
   * runs. Calling it again, or before `start`, is harmless.
   */
  stop(graceMs: number): Promise<void>;
}
