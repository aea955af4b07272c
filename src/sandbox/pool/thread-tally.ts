import type { EngineTally } from "../engine/engine-tally.ts";
import { TALLY } from "./protocol.ts";

/** What the engines of a thread have counted. */
export interface ThreadTally {
  /** Resets of machines since the thread was started, by the image that they were reset to. */
  resets: { program: number; base: number };
  /** Memory that idle machines and images of programs hold, bytes. */
  machineBytes: number;
  imageBytes: number;
}

const KILOBYTE = 1024;

/** Creates the tally of the engines on a thread. It counts in memory that the pool reads. */
export function createThreadTally(state: Int32Array): EngineTally {
  return {
    reset(image) {
      Atomics.add(state, image === "program" ? TALLY.programResets : TALLY.baseResets, 1);
    },
    keeps(what, bytes) {
      const place = what === "machines" ? TALLY.machineKilobytes : TALLY.imageKilobytes;
      Atomics.store(state, place, Math.ceil(bytes / KILOBYTE));
    },
  };
}

/** Reads what the engines of a thread have counted. */
export function readThreadTally(state: Int32Array): ThreadTally {
  return {
    // The counters wrap around after 2^32 resets, which Prometheus takes for a restart.
    resets: {
      program: Atomics.load(state, TALLY.programResets) >>> 0,
      base: Atomics.load(state, TALLY.baseResets) >>> 0,
    },
    machineBytes: Atomics.load(state, TALLY.machineKilobytes) * KILOBYTE,
    imageBytes: Atomics.load(state, TALLY.imageKilobytes) * KILOBYTE,
  };
}
