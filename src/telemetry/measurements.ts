/** Receives measurements of the running server. Durations are in seconds. */
export interface Meter {
  /** Records a finished attempt and how long its program ran. */
  execution(status: "completed" | "failed", seconds: number): void;
  /** Records that a group of writes has reached the disk. */
  commit(seconds: number): void;
}

/** Forwards measurements to all meters, so that the code that measures does not depend on them. */
export interface Measurements extends Meter {
  /** Adds a meter. */
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
