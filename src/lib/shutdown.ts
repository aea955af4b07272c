/** The steps that stop what has been started, the latest first. */
export interface Shutdown {
  /** Adds a step, which gets the rest of the grace period in ms. */
  add(step: (graceMs: number) => Promise<void>): void;
  /** Runs all steps once. A step that fails stops no other. */
  run(graceMs: number): Promise<void>;
}

/** @param onError receives what a step was rejected with */
export function createShutdown(onError: (error: unknown) => void): Shutdown {
  const steps: ((graceMs: number) => Promise<void>)[] = [];
  return {
    add(step) {
      steps.push(step);
    },
    async run(graceMs) {
      const deadline = performance.now() + graceMs;
      for (const step of steps.splice(0).reverse()) {
        try {
          await step(Math.max(0, deadline - performance.now()));
        } catch (error) {
          onError(error);
        }
      }
    },
  };
}
