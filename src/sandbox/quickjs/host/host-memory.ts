import type { Stop } from "../../engine/stop.ts";

/** Memory that the host holds for an execution outside the guest: response bodies, keys, and data of calls under way. */
export interface HostMemory {
  /** Counts memory that is about to be taken, bytes. @returns false if there is no room; then nothing was counted */
  hold(bytes: number): boolean;
  /** Counts memory back as soon as it is free, bytes. */
  release(bytes: number): void;
}

/** The same for what an execution can't do without. */
export interface RequiredMemory extends HostMemory {
  /** Counts memory that is about to be taken, bytes. @throws {Stop} MEMORY_LIMIT */
  require(bytes: number): void;
  /** Counts memory that is already in use, bytes. @returns the reason to end the execution, if it is too much */
  take(bytes: number): Stop | undefined;
}
