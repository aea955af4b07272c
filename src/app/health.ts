import { parseMemoryMark } from "../config/memory-mark.ts";
import { type Admission, createAdmission } from "../service/health/admission.ts";
import { allowedMemory } from "../service/health/allowed-memory.ts";
import { createLifecycle, type Lifecycle } from "../service/health/lifecycle.ts";
import { createMemoryWatch, type MemoryWatch } from "../service/health/memory-watch.ts";
import type { Base } from "./foundation.ts";

/** What decides whether the server takes work. */
export interface Health {
  lifecycle: Lifecycle;
  memory: MemoryWatch;
  admission: Admission;
  /** Frees what is kept for the next executions. */
  dropMachines: () => void;
}

/** Creates what decides whether the server takes work. */
export function buildHealth({ options, clock, registry, executor, store }: Base): Health {
  const { config, logger } = options;
  const lifecycle = createLifecycle(clock);
  const dropMachines = () => {
    executor.dropCaches();
    store.dropCaches();
    // What is dropped takes memory until it is collected.
    Bun.gc(true);
  };
  const allowedBytes = allowedMemory();
  const memory = createMemoryWatch({
    clock,
    logger,
    allowedBytes,
    highBytes: markOf(config["memory.high"], allowedBytes),
    read: () => process.memoryUsage.rss(),
    dropCaches() {
      registry.dropCache();
      dropMachines();
    },
  });
  return { lifecycle, memory, dropMachines, admission: createAdmission(lifecycle, () => memory.state().level) };
}

/** Returns the mark in bytes; null without one. */
function markOf(text: string, allowedBytes: number): number | null {
  const mark = parseMemoryMark(text) ?? null;
  if (mark === null) return null;
  return "bytes" in mark ? mark.bytes : Math.floor(allowedBytes * mark.share);
}
