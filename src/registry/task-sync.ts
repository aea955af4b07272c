import type { RegisteredTask, TaskStore } from "../store/contract/tasks.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";
import type { IndexedVersion, TaskIndex } from "./task-index.ts";

/** Registers the tasks of the index in the store. */
export interface TaskSync {
  /** Registers the tasks soon. One synchronisation runs at a time, and one more for all changes that arrive during it. */
  queue(): void;
  /** Resolves when everything that was queued is done. */
  settled(): Promise<void>;
  /** From now on changes are logged as news. Until then they are the result of the start. */
  logChanges(): void;
}

/** Dependencies of the synchronisation. */
export interface TaskSyncOptions {
  tasks: Pick<TaskStore, "sync">;
  logger: Logger;
  index: () => TaskIndex;
}

export function createTaskSync({ tasks, logger, index }: TaskSyncOptions): TaskSync {
  let level: "debug" | "info" = "debug";
  let isQueued = false;
  let settled: Promise<void> = Promise.resolve();

  async function syncOnce(): Promise<void> {
    isQueued = false;
    const indexed = index().tasks;
    try {
      const { added, changed, gone } = await tasks.sync([...indexed.values()].flatMap(registeredTask));
      if (added.length + changed.length + gone.length === 0) return;
      logger[level]("the tasks have changed", {
        added: added.length,
        changed: changed.length,
        gone: gone.length,
        tasks: indexed.size,
      });
    } catch (error) {
      logger.error(`the tasks could not be registered: ${errorText(error)}`);
    }
  }

  return {
    queue() {
      if (isQueued) return;
      isQueued = true;
      settled = settled.then(syncOnce);
    },
    settled: () => settled,
    logChanges() {
      level = "info";
    },
  };
}

function registeredTask(versions: readonly IndexedVersion[]): RegisteredTask[] {
  const newest = versions[0]?.version;
  if (newest === undefined) return [];
  const { uuid, label, description, version, source, validatedAt } = newest;
  return [
    {
      uuid,
      label,
      description,
      version,
      source,
      validatedAt,
      versions: versions.map(({ version: { version, checksum, source, origin } }) => {
        return { version, checksum, source, origin };
      }),
    },
  ];
}
