import { RatchetError } from "../domain/errors.ts";
import type { Phase } from "../service/health/lifecycle.ts";
import type { MemoryLevel } from "../service/health/memory-level.ts";
import type { Store } from "../store/contract/store.ts";
import type { ReadinessCheck } from "./dependencies.ts";

/** What readiness depends on. */
export interface ReadinessParts {
  store: Pick<Store, "probe">;
  phase: () => Phase;
  memoryLevel: () => MemoryLevel;
}

/** Checks that jobs are accepted, can be stored, and are claimed. It never rejects. */
export async function checkReadiness({ store, phase, memoryLevel }: ReadinessParts): Promise<ReadinessCheck[]> {
  return [await checkDatabase(store), checkWorker(phase()), checkMemory(memoryLevel())];
}

async function checkDatabase(store: Pick<Store, "probe">): Promise<ReadinessCheck> {
  try {
    await store.probe();
    return { name: "database", ok: true };
  } catch (error) {
    const message = error instanceof RatchetError ? error.message : "The database can't be written.";
    return { name: "database", ok: false, reason: "database", message };
  }
}

function checkWorker(phase: Phase): ReadinessCheck {
  if (phase === "working") return { name: "worker", ok: true };
  const message = phase === "starting" ? "The server is starting." : "The server is stopping, and takes no new work.";
  return { name: "worker", ok: false, reason: phase, message };
}

function checkMemory(level: MemoryLevel): ReadinessCheck {
  switch (level) {
    case "normal":
      return { name: "memory", ok: true };
    case "caches_dropped":
      return { name: "memory", ok: true, message: "Memory is above memory.high: caches are dropped." };
    case "claiming_slowed":
      return { name: "memory", ok: true, message: "Memory is above memory.high: fewer jobs are claimed." };
    case "work_refused": {
      const message = "Memory is above memory.high: new work is refused.";
      return { name: "memory", ok: false, reason: "memory", message };
    }
  }
}
