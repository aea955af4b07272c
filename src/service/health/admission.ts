import { RatchetError } from "../../domain/errors.ts";
import type { DirectRunner } from "../../queue/direct.ts";
import type { Queue } from "../../queue/queue.ts";
import type { Scheduler } from "../../scheduler/scheduler.ts";
import type { Lifecycle } from "./lifecycle.ts";
import type { MemoryLevel } from "./memory-level.ts";

/** Why new work is refused. */
export type RefusalReason = "draining" | "memory";

/** Decides whether the server takes new work. */
export interface Admission {
  /** @throws {RatchetError} DRAINING, MEMORY_HIGH */
  admit(): void;
  /** How much was refused, by reason. */
  refused(): Readonly<Record<RefusalReason, number>>;
}

/** Creates the admission of new work. */
export function createAdmission(lifecycle: Pick<Lifecycle, "phase">, level: () => MemoryLevel): Admission {
  const refused: Record<RefusalReason, number> = { draining: 0, memory: 0 };
  return {
    refused: () => refused,
    admit() {
      if (lifecycle.phase() === "draining") {
        refused.draining += 1;
        throw new RatchetError("DRAINING", "The server is stopping, and takes no new work.", {
          remedy: "Send the request to another server, or again when this one has restarted.",
        });
      }
      if (level() === "work_refused") {
        refused.memory += 1;
        throw new RatchetError("MEMORY_HIGH", "The server takes no new work until its memory is below memory.high.", {
          remedy: "Send the request again later.",
        });
      }
    },
  };
}

/** What creates work. */
export interface WorkDoors {
  queue: Queue;
  direct: DirectRunner;
  scheduler: Scheduler;
}

/** Returns the same with a look at the admission before any new work. What exists already can be read and changed. */
export function admittedWork({ queue, direct, scheduler }: WorkDoors, { admit }: Admission): WorkDoors {
  return {
    queue: {
      ...queue,
      async enqueue(jobs) {
        admit();
        return queue.enqueue(jobs);
      },
    },
    direct: {
      ...direct,
      async run(request) {
        admit();
        return direct.run(request);
      },
    },
    scheduler: {
      ...scheduler,
      async trigger(id, inputJson) {
        admit();
        return scheduler.trigger(id, inputJson);
      },
      async backfill(id, request) {
        if (request.dryRun !== true) admit();
        return scheduler.backfill(id, request);
      },
    },
  };
}
