import type { Clock } from "../lib/clock.ts";
import type { KeptVersion, TaskStore } from "../store/contract/tasks.ts";
import type { TaskFiles } from "../task/task-files.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { TaskContent } from "./content-cache.ts";
import type { TaskVersion } from "./registry.ts";
import { describeTask, memoryFiles, readContent } from "./task-content.ts";

/** Keeps versions that jobs and schedules pin, for the time after their source has moved on. */
export interface VersionKeeper {
  /** Returns a cache key for the kept files of a version; it has their checksum, if that is known. */
  nameOf(uuid: string, version: string): string;
  /** Tells whether it was kept, or found kept, a short time ago. */
  isFresh(uuid: string, version: string, checksum: string): boolean;
  keep(version: TaskVersion, files: TaskFiles): Promise<void>;
  /** Opens a kept version; undefined if it is not kept. */
  open(uuid: string, version: string): Promise<(TaskContent & { version: TaskVersion }) | undefined>;
}

/** After this time the store is told again that a version is in use, ms; it deletes none before an hour has passed. */
const FRESH_MS = 20 * 60_000;

export function createVersionKeeper(
  tasks: Pick<TaskStore, "keep" | "kept">,
  clock: Clock,
  logger: Logger,
): VersionKeeper {
  const keptAt = new Map<string, { checksum: string; at: number }>();
  const keyOf = (uuid: string, version: string) => `${uuid}@${version}`;

  return {
    nameOf: (uuid, version) => `kept ${uuid} ${version} ${keptAt.get(keyOf(uuid, version))?.checksum ?? ""}`,
    isFresh(uuid, version, checksum) {
      const kept = keptAt.get(keyOf(uuid, version));
      return kept?.checksum === checksum && clock.monotonic() - kept.at < FRESH_MS;
    },
    async keep({ uuid, version, checksum, source, origin, label }, files) {
      const content = new Map<string, Uint8Array>();
      for (const path of await files.list()) {
        const bytes = await files.read(path);
        if (bytes !== undefined) content.set(path, bytes);
      }
      const at = clock.monotonic();
      const done = await tasks.keep({ uuid, version, checksum, source, origin, files: content });
      keptAt.set(keyOf(uuid, version), { checksum, at });
      if (done) return;
      const why = "there is no room for its files; jobs that pin it fail once its source has moved on";
      logger.warn(`version ${version} of ${label} is not kept: ${why}`);
    },
    async open(uuid, version) {
      const kept = await tasks.kept(uuid, version);
      return kept === undefined ? undefined : opened(kept);
    },
  };
}

async function opened({ origin, source, files, checksum }: KeptVersion) {
  const place = { origin, name: (path: string) => `${origin}/${path}` };
  const content = await readContent(memoryFiles(place, files));
  const described = await describeTask(content.files);
  return { ...content, version: { ...described.version, checksum, source, validatedAt: null } };
}
