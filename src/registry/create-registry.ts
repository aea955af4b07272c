import { RatchetError } from "../domain/errors.ts";
import { noSource } from "../domain/not-found.ts";
import type { Problem } from "../domain/problem.ts";
import type { Clock } from "../lib/clock.ts";
import { nearest } from "../lib/nearest.ts";
import type { RegisteredTask, TaskStore } from "../store/contract/tasks.ts";
import { capProblems, type LimitCaps } from "../task/limit-caps.ts";
import { LOADED_HERE, type TaskLoading } from "../task/task-loading.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";
import { type ContentCacheOptions, createContentCache, type TaskContent } from "./content-cache.ts";
import { createProblemLog } from "./problem-log.ts";
import type { Registry, SourceStatus, TaskVersion } from "./registry.ts";
import type { Source } from "./source.ts";
import { createSourceKeeper } from "./source-keeper.ts";
import { withProgramFrom } from "./task-content.ts";
import { buildIndex, type IndexedVersion, type TaskIndex } from "./task-index.ts";
import { createValidations } from "./validations.ts";
import { createVersionKeeper } from "./version-keeper.ts";

/** Settings and dependencies of a registry. */
export interface RegistryOptions {
  /** In order of precedence. */
  sources: readonly Source[];
  /** Where tasks are registered; omitted to inspect the sources only. */
  tasks?: Pick<TaskStore, "sync" | "keep" | "kept">;
  clock: Clock;
  logger: Logger;
  cache: ContentCacheOptions;
  /** The server's upper bounds; a task that asks for more gets a warning. Omitted to inspect the sources only. */
  caps?: LimitCaps;
  /** Loads programs and validates tasks. @default on this thread */
  loading?: TaskLoading;
  /** How long one scan of a source may take, ms. */
  timeoutMs: number;
}

type OpenedContent = Pick<TaskContent, "task" | "files"> & { version: TaskVersion };

/**
 * Creates the registry. It is empty until it is started; then every local source has been scanned.
 * @example
 * ```ts
 * import { systemClock } from "../lib/clock.ts";
 * import { createLogger } from "../telemetry/logger.ts";
 * import { createFileSource } from "./file-source.ts";
 * import { defineSource } from "./source-definition.ts";
 *
 * const samples = defineSource({ name: "samples", uri: "file://./tasks", watch: false }, { refreshMs: 60_000 });
 * const registry = createRegistry({
 *   sources: [createFileSource(samples, "tasks", false)],
 *   clock: systemClock,
 *   logger: createLogger("silent", () => {}),
 *   cache: { maxEntries: 10, maxBytes: 1_000_000 },
 *   timeoutMs: 10_000,
 * });
 * await registry.start();
 * registry.tasks().some(([newest]) => newest?.label === "addition"); // => true
 * await registry.stop(1_000);
 * ```
 */
export function createRegistry(options: RegistryOptions): Registry {
  const { clock, logger, loading = LOADED_HERE } = options;
  const cache = createContentCache(options.cache);
  const keepers = options.sources.map((source) => {
    const { timeoutMs } = options;
    return createSourceKeeper({ source, clock, logger, timeoutMs, onChange: () => rebuild() });
  });
  const versionKeeper = options.tasks === undefined ? undefined : createVersionKeeper(options.tasks, clock, logger);
  const validations = createValidations({ clock, logger, loading, onNews: () => rebuild() });
  const logProblems = createProblemLog(logger);
  let index: TaskIndex = { tasks: new Map(), problems: new Map() };
  /** False until every local source was scanned: the store must not get a partial view. */
  let started = false;
  /** True once the sources are watched: later changes are logged as news. */
  let followed = false;
  let stopped = false;
  let firstLooks: Promise<unknown> = Promise.resolve();
  let syncing: Promise<void> = Promise.resolve();
  let syncQueued = false;

  function rebuild(): void {
    if (!started || stopped) return;
    const parts = keepers.map(({ source, entries }) => ({ name: source.definition.name, entries: entries() }));
    index = buildIndex(parts, (checksum) => validations.validatedAt(checksum));
    validations.follow([...index.tasks.values()].flat());
    logProblems(statuses());
    queueSync();
  }

  /** Runs one synchronisation at a time, and one more for all changes that arrive during it. */
  function queueSync(): void {
    if (options.tasks === undefined || syncQueued) return;
    const { tasks } = options;
    syncQueued = true;
    syncing = syncing.then(async () => {
      syncQueued = false;
      try {
        const { added, changed, gone } = await tasks.sync([...index.tasks.values()].flatMap(registeredTask));
        if (added.length + changed.length + gone.length === 0) return;
        logger[followed ? "info" : "debug"]("the tasks have changed", {
          added: added.length,
          changed: changed.length,
          gone: gone.length,
          tasks: index.tasks.size,
        });
      } catch (error) {
        logger.error(`the tasks could not be registered: ${errorText(error)}`);
      }
    });
  }

  function find(uuid: string, version: string | null): IndexedVersion | undefined {
    const versions = index.tasks.get(uuid);
    return version === null ? versions?.[0] : versions?.find((one) => one.version.version === version);
  }

  async function openIndexed(uuid: string, version: string | null, again: boolean): Promise<OpenedContent> {
    const found = find(uuid, version);
    if (found === undefined) return openKept(uuid, version);
    const { checksum, source } = found.version;
    try {
      const content = cache.get(checksum, async () => {
        const loaded = await found.entry.load();
        if ((await loaded.task.checksum()) === checksum) return withProgramFrom(loading, loaded);
        throw new RatchetError("TASK_UNREADABLE", `The files of ${found.version.origin} have changed.`);
      });
      const { task, files } = content instanceof Promise ? await content : content;
      return { version: found.version, task, files };
    } catch (error) {
      // The files no longer match the index: scan the source again, once.
      if (!again) throw error;
      await keepers.find((keeper) => keeper.source.definition.name === source)?.look();
      return openIndexed(uuid, version, false);
    }
  }

  /** Opens a version that no source has any more. */
  async function openKept(uuid: string, version: string | null): Promise<OpenedContent> {
    if (version === null || versionKeeper === undefined) throw notFound(uuid, version);
    const kept = await cache.get(versionKeeper.nameOf(uuid, version), async () => {
      const content = await versionKeeper.open(uuid, version);
      if (content === undefined) throw notFound(uuid, version);
      return content;
    });
    return kept as OpenedContent & TaskContent;
  }

  function notFound(uuid: string, version: string | null): RatchetError {
    const known = index.tasks.get(uuid)?.map((one) => one.version.version) ?? [];
    const absent = keepers.map((keeper) => keeper.status()).filter(({ state }) => state === "unavailable");
    if (absent[0] !== undefined) {
      const { name, error } = absent[0];
      return new RatchetError("ENVIRONMENT", `The task may be in source "${name}", which is unavailable: ${error}.`, {
        remedy: "Make the source available; `ratchet repo status` shows all of them.",
        data: { uuid, source: name },
      });
    }
    const message = known.length === 0 ? "No source has this task." : `The task has no version ${version}.`;
    const broken = keepers.some((keeper) => keeper.problems().some(({ severity }) => severity === "error"));
    const where = broken
      ? "`ratchet repo status` shows tasks that can't be loaded."
      : "`ratchet repo list` lists the tasks.";
    return new RatchetError("TASK_NOT_FOUND", message, {
      remedy: known.length === 0 ? where : `It has ${known.slice(0, 10).join(", ")}.`,
      data: { uuid, ...(version === null ? {} : { version }) },
    });
  }

  async function open(uuid: string, version: string | null): Promise<OpenedContent> {
    if (find(uuid, version) === undefined) await firstLooks;
    return openIndexed(uuid, version, true);
  }

  function reducedLimits({ limits, origin }: TaskVersion): Problem[] {
    return options.caps === undefined ? [] : capProblems(limits, options.caps, `${origin}/metadata.json`);
  }

  function statuses(): SourceStatus[] {
    const all = [...index.tasks.values()].flat();
    return keepers.map((keeper) => {
      const status = keeper.status();
      const own = all.filter(({ version }) => version.source === status.name);
      return {
        ...status,
        tasks: new Set(own.map(({ version }) => version.uuid)).size,
        versions: own.length,
        problems: [
          ...keeper.problems(),
          ...(index.problems.get(status.name) ?? []),
          ...own.flatMap(({ version }) => validations.errors(version.checksum)),
          ...own.flatMap(({ version }) => reducedLimits(version)),
        ],
      };
    });
  }

  return {
    name: "registry",
    async start() {
      await Promise.all(keepers.map((keeper) => (keeper.source.remote ? keeper.recall() : keeper.look())));
      started = true;
      rebuild();
      await syncing;
      for (const keeper of keepers) keeper.follow();
      followed = true;
      firstLooks = Promise.all(keepers.filter(({ source }) => source.remote).map((keeper) => keeper.look()));
    },
    async stop() {
      stopped = true;
      for (const keeper of keepers) keeper.stop();
      validations.stop();
      await syncing;
    },
    open,
    async keep(uuid, version) {
      const checksum = find(uuid, version)?.version.checksum;
      // A version outside the index could only be opened because it is kept already.
      if (checksum === undefined || versionKeeper?.isFresh(uuid, version, checksum) !== false) return;
      const opened = await open(uuid, version);
      await versionKeeper.keep(opened.version, opened.files);
    },
    tasks: () => [...index.tasks.values()].map((versions) => versions.map(({ version }) => version)),
    versions: (uuid) => index.tasks.get(uuid)?.map(({ version }) => version) ?? [],
    async validate(uuid, version): Promise<readonly Problem[]> {
      const opened = await open(uuid, version);
      const { problems } = await loading.report(opened.files);
      validations.set(opened.version.checksum, problems);
      rebuild();
      return problems;
    },
    sources: statuses,
    async refresh(name) {
      const chosen = keepers.filter(({ source }) => name === undefined || source.definition.name === name);
      if (chosen.length === 0) {
        const names = keepers.map(({ source }) => source.definition.name);
        throw noSource(name ?? "", names, nearest(name ?? "", names));
      }
      await Promise.all(chosen.map((keeper) => keeper.look()));
      await syncing;
      return statuses().filter((status) => name === undefined || status.name === name);
    },
    cache: () => cache.stats(),
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
