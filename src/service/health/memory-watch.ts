import type { Clock, Timer } from "../../lib/clock.ts";
import type { Logger } from "../../telemetry/logger.ts";
import { MEMORY_LEVELS, type MemoryLevel, nextMemoryLevel } from "./memory-level.ts";

/** What is known about the memory of the process, bytes. */
export interface MemoryState {
  level: MemoryLevel;
  /** Resident memory when it was last read. */
  usedBytes: number;
  /** The mark; null without a watch. */
  highBytes: number | null;
  /** How much the process may have. */
  allowedBytes: number;
  /** How often caches were dropped. */
  drops: number;
}

/** Watches the memory of the process. */
export interface MemoryWatch {
  state(): MemoryState;
  start(): void;
  stop(): void;
}

/** Settings and dependencies of a {@link MemoryWatch}. */
export interface MemoryWatchOptions {
  clock: Clock;
  logger: Pick<Logger, "info" | "warn">;
  /** How much the process may have, bytes. */
  allowedBytes: number;
  /** The mark, bytes; null for no watch. */
  highBytes: number | null;
  /** Reads the resident memory, bytes. */
  read: () => number;
  /** Frees whatever can be had again. */
  dropCaches: () => void;
}

/** How often memory is read, ms: usually, and while it is above the mark. */
const USUAL_MS = 1_000;
const ABOVE_MS = 250;
/** The shortest time between two droppings of caches, ms: to collect all garbage takes processor time. */
const DROP_PAUSE_MS = 5_000;

/** What each level means for people. */
const MESSAGES: Readonly<Record<MemoryLevel, string>> = {
  normal: "memory is below memory.high again",
  caches_dropped: "memory is above memory.high: caches are dropped",
  claiming_slowed: "memory is still above memory.high: fewer jobs are claimed",
  work_refused: "memory is still above memory.high: new work is refused",
};

/** Creates a watch. It acts one step at a time, so that the next step is only taken if the last one did not help. */
export function createMemoryWatch(options: MemoryWatchOptions): MemoryWatch {
  const { clock, highBytes, allowedBytes, read } = options;
  const state: MemoryState = { level: "normal", usedBytes: read(), highBytes, allowedBytes, drops: 0 };
  let timer: Timer | undefined;
  let droppedAt = Number.NEGATIVE_INFINITY;
  const look = (high: number): void => {
    state.usedBytes = read();
    const level = nextMemoryLevel(state.level, state.usedBytes, high);
    if (level !== state.level) announce(options, state, level);
    state.level = level;
    if (state.usedBytes >= high && clock.monotonic() - droppedAt >= DROP_PAUSE_MS) {
      droppedAt = clock.monotonic();
      state.drops += 1;
      options.dropCaches();
    }
    schedule(high);
  };
  const schedule = (high: number): void => {
    timer = clock.after(state.level === "normal" ? USUAL_MS : ABOVE_MS, () => look(high));
  };
  return {
    state: () => state,
    start() {
      if (highBytes !== null) schedule(highBytes);
    },
    stop: () => timer?.cancel(),
  };
}

function announce(
  { logger }: MemoryWatchOptions,
  { level: before, usedBytes, highBytes }: MemoryState,
  level: MemoryLevel,
) {
  const rises = MEMORY_LEVELS.indexOf(level) > MEMORY_LEVELS.indexOf(before);
  const fields = { step: level, usedBytes, highBytes };
  if (rises) logger.warn(MESSAGES[level], fields);
  else if (level === "normal") logger.info(MESSAGES.normal, fields);
  else logger.info("memory is below memory.high: the server takes back a step", fields);
}
