import type { Clock } from "../../lib/clock.ts";

/** How far a server has come. */
export type Phase = "starting" | "working" | "draining";

/** The life of a server, from its start to its end. */
export interface Lifecycle {
  phase(): Phase;
  /** Everything is there: jobs are claimed. */
  work(): void;
  /** No new work is taken from now on. */
  drain(): void;
  /** Resolves when the server has been draining for at least this long, ms. */
  drainedFor(ms: number): Promise<void>;
}

/** Creates the life of a server that is starting. */
export function createLifecycle(clock: Clock): Lifecycle {
  let phase: Phase = "starting";
  let drainingSince: number | undefined;
  return {
    phase: () => phase,
    work() {
      phase = "working";
    },
    drain() {
      phase = "draining";
      drainingSince ??= clock.monotonic();
    },
    async drainedFor(ms) {
      const left = ms - (clock.monotonic() - (drainingSince ?? clock.monotonic()));
      if (left > 0) await new Promise<void>((resolve) => clock.after(left, resolve));
    },
  };
}
