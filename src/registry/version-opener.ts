import { RatchetError } from "../domain/errors.ts";
import { taskInvalid } from "../task/failure.ts";
import type { TaskFiles } from "../task/task-files.ts";
import type { ContentCache, TaskContent } from "./content-cache.ts";
import { missingVersion } from "./missing-version.ts";
import type { ProgramKeeper } from "./program-keeper.ts";
import type { TaskVersion } from "./registry.ts";
import type { SourceKeeper } from "./source-keeper.ts";
import { withProgramFrom } from "./task-content.ts";
import { findVersion, type IndexedVersion, type TaskIndex } from "./task-index.ts";
import type { VersionKeeper } from "./version-keeper.ts";

/** A version that is ready to run, with its files. */
export type OpenedVersion = Pick<TaskContent, "task" | "files"> & { version: TaskVersion };

/** Opens versions of tasks. */
export interface VersionOpener {
  /** Described at {@link Registry.open}. */
  open(uuid: string, version: string | null): Promise<OpenedVersion>;
}

/** Dependencies of an opener. */
export interface VersionOpenerOptions {
  index: () => TaskIndex;
  keepers: readonly SourceKeeper[];
  /** Resolves after the first scans of the remote sources. */
  firstScans: () => Promise<unknown>;
  /** undefined if the sources are only inspected. */
  versionKeeper: VersionKeeper | undefined;
  cache: ContentCache;
  programs: Pick<ProgramKeeper, "load">;
  /** Checks the files of a version that no source has any more. @throws {RatchetError} if it must not run */
  verify: ((files: TaskFiles) => Promise<unknown>) | undefined;
}

export function createVersionOpener(options: VersionOpenerOptions): VersionOpener {
  return {
    async open(uuid, version) {
      const found = findVersion(options.index(), uuid, version);
      // A source that was not scanned yet may have it, or what it needs.
      if (found === undefined || found.missing.length > 0) await options.firstScans();
      return openIndexed(options, uuid, version, true);
    },
  };
}

/** @param again whether to scan the source and try once more if the files no longer match the index */
async function openIndexed(
  options: VersionOpenerOptions,
  uuid: string,
  version: string | null,
  again: boolean,
): Promise<OpenedVersion> {
  const found = findVersion(options.index(), uuid, version);
  if (found === undefined) return openKept(options, uuid, version);
  if (found.missing.length > 0) throw taskInvalid(found.missing);
  try {
    const { checksum } = found.version;
    const content = options.cache.get(checksum, () => loadVerified(found, options.programs));
    const { task, files } = content instanceof Promise ? await content : content;
    return { version: found.version, task, files };
  } catch (error) {
    if (!again) throw error;
    const { source } = found.version;
    await options.keepers.find((keeper) => keeper.source.definition.name === source)?.scan();
    return openIndexed(options, uuid, version, false);
  }
}

async function loadVerified(found: IndexedVersion, programs: VersionOpenerOptions["programs"]): Promise<TaskContent> {
  const loaded = await found.entry.load();
  const { checksum } = found.version;
  if ((await loaded.task.checksum()) === checksum) {
    return withProgramFrom((files) => programs.load(checksum, files), loaded);
  }
  throw new RatchetError("TASK_UNREADABLE", `The files of ${found.version.origin} have changed.`);
}

/** Opens a version that no source has any more. */
async function openKept(options: VersionOpenerOptions, uuid: string, version: string | null): Promise<OpenedVersion> {
  const { index, keepers, versionKeeper, cache } = options;
  if (version === null || versionKeeper === undefined) throw missingVersion({ index: index(), keepers, uuid, version });
  const kept = await cache.get(versionKeeper.nameOf(uuid, version), async () => {
    const content = await versionKeeper.open(uuid, version);
    if (content === undefined) throw missingVersion({ index: index(), keepers, uuid, version });
    await options.verify?.(content.files);
    return content;
  });
  return kept as OpenedVersion & TaskContent;
}
