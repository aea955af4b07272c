/** Gets what is measured while the server works. Durations in seconds. */
export interface Meter {
  /** An attempt ended; how long its program ran. */
  execution(status: "completed" | "failed", seconds: number): void;
  /** Writes that were grouped reached the disk. */
  commit(seconds: number): void;
}

/** Passes measurements on to whoever counts them: parts that measure don't know who does. */
export interface Measurements extends Meter {
  /** One more, from now on. */
  add(meter: Meter): void;
}

export function createMeasurements(): Measurements {
  const meters: Meter[] = [];
  return {
    execution: (status, seconds) => {
      for (const meter of meters) meter.execution(status, seconds);
    },
    commit: (seconds) => {
      for (const meter of meters) meter.commit(seconds);
    },
    add: (meter) => void meters.push(meter),
  };
}
