/** How an attempt ended. */
export type MeasuredOutcome = "completed" | "failed" | "cancelled";

/** An attempt that has ended: of a job, or a direct execution. */
export interface MeasuredAttempt {
  /** Label of the task; undefined if it is not known. */
  task: string | undefined;
  outcome: MeasuredOutcome;
  /** Code of the error; undefined if the attempt completed. */
  code: string | undefined;
  /** How long the program ran, seconds. */
  seconds: number;
}

/** A call of a task to another server that has ended: with a response, or without one. */
export interface MeasuredCall {
  /** Status of the response; undefined without one. */
  status: number | undefined;
  /** Why there was no response; undefined with one. */
  failure: string | undefined;
  /** Until the head of the response or the failure, seconds. */
  seconds: number;
}

/** Something that a durable run has done, or that was done for one. */
export type MeasuredRun =
  /** It has called a durable method. @param method of the context */
  | { what: "operation"; method: string }
  /** Its machine was put to sleep. */
  | { what: "sleep"; imageBytes: number }
  /** A worker goes on with it. */
  | { what: "wake" }
  /** A signal was sent to it. */
  | { what: "signal"; status: "delivered" | "kept" }
  /** Somebody has decided an approval. */
  | { what: "approval"; approved: boolean };

/** Receives measurements of the running server. Durations are in seconds. */
export interface Meter {
  /** Records an attempt that has ended. */
  attempt(attempt: MeasuredAttempt): void;
  /** Records how long a job was ready before a worker claimed it. */
  waited(seconds: number): void;
  /** Records that a group of writes has reached the disk. */
  commit(seconds: number): void;
  /** Records a call of a task to another server. */
  call(call: MeasuredCall): void;
  /** Records what a durable run has done. */
  run(measured: MeasuredRun): void;
  /** Records how much later than asked for the event loop ran a timer. */
  eventLoopLag(seconds: number): void;
  /** Records events that were committed. */
  events(events: readonly { type: string }[]): void;
  /** Records lines of the log that were committed: of tasks' consoles, and messages of the server. */
  logLines(lines: readonly { level: string }[]): void;
}

/** Forwards measurements to all meters, so that the code that measures does not depend on them. */
export interface Measurements extends Meter {
  /** Adds a meter. */
  add(meter: Meter): void;
}

export function createMeasurements(): Measurements {
  const meters: Meter[] = [];
  return {
    attempt(attempt) {
      for (const meter of meters) meter.attempt(attempt);
    },
    waited(seconds) {
      for (const meter of meters) meter.waited(seconds);
    },
    commit(seconds) {
      for (const meter of meters) meter.commit(seconds);
    },
    call(call) {
      for (const meter of meters) meter.call(call);
    },
    run(measured) {
      for (const meter of meters) meter.run(measured);
    },
    eventLoopLag(seconds) {
      for (const meter of meters) meter.eventLoopLag(seconds);
    },
    events(events) {
      for (const meter of meters) meter.events(events);
    },
    logLines(lines) {
      for (const meter of meters) meter.logLines(lines);
    },
    add: (meter) => void meters.push(meter),
  };
}
