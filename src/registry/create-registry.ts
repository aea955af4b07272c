import { noSource } from "../domain/not-found.ts";
import type { Problem } from "../domain/problem.ts";
import { buildInfo } from "../lib/build-info.ts";
import type { Clock } from "../lib/clock.ts";
import { nearest } from "../lib/nearest.ts";
import type { ProgramStore } from "../store/contract/programs.ts";
import type { TaskStore } from "../store/contract/tasks.ts";
import type { LimitCaps } from "../task/limit-caps.ts";
import { LOADED_HERE, type TaskLoading } from "../task/task-loading.ts";
import type { Logger } from "../telemetry/logger.ts";
import { type ContentCacheOptions, createContentCache } from "./content-cache.ts";
import { createProblemLog } from "./problem-log.ts";
import { createProgramKeeper, type ProgramKeeper } from "./program-keeper.ts";
import type { Registry, SourceStatus } from "./registry.ts";
import type { Source } from "./source.ts";
import { createSourceKeeper, type SourceKeeper } from "./source-keeper.ts";
import { sourceStatuses } from "./source-statuses.ts";
import { buildIndex, EMPTY_INDEX, findVersion, type TaskIndex } from "./task-index.ts";
import { createTaskSync, type TaskSync } from "./task-sync.ts";
import { createValidations, type Validations } from "./validations.ts";
import { createVersionKeeper } from "./version-keeper.ts";
import { createVersionOpener } from "./version-opener.ts";

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
  /** Where prepared programs are kept across restarts. @default nowhere */
  programs?: ProgramStore | undefined;
  /** How long one scan of a source may take, ms. */
  timeoutMs: number;
  /** The keys of which one must have signed each task. @default tasks need no signature */
  trustedKeys?: readonly string[] | undefined;
}

/** The parts of a registry, and everything that changes while it runs. */
interface RegistryState {
  readonly keepers: readonly SourceKeeper[];
  readonly validations: Validations;
  /** undefined if the sources are only inspected. */
  readonly sync: TaskSync | undefined;
  readonly logProblems: ReturnType<typeof createProblemLog>;
  readonly caps: LimitCaps | undefined;
  readonly programs: ProgramKeeper;
  index: TaskIndex;
  /** `scanned` once every local source was scanned: before that, the store must not get a partial view. */
  phase: "new" | "scanned" | "stopped";
  /** The first scans of the remote sources. */
  firstScans: Promise<unknown>;
}

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
  const { clock, logger, tasks, timeoutMs, trustedKeys, loading = LOADED_HERE } = options;
  const onChange = () => rebuild(registry);
  const registry: RegistryState = {
    keepers: options.sources.map((source) => createSourceKeeper({ source, clock, logger, timeoutMs, onChange })),
    validations: createValidations({ clock, logger, loading, onNews: onChange }),
    sync: tasks && createTaskSync({ tasks, logger, index: () => registry.index }),
    logProblems: createProblemLog(logger),
    caps: options.caps,
    programs: createProgramKeeper({ loading, store: options.programs, logger, build: buildInfo() }),
    index: EMPTY_INDEX,
    phase: "new",
    firstScans: Promise.resolve(),
  };
  const cache = createContentCache(options.cache);
  const versionKeeper = tasks && createVersionKeeper(tasks, clock, logger);
  const { open } = createVersionOpener({
    index: () => registry.index,
    keepers: registry.keepers,
    firstScans: () => registry.firstScans,
    versionKeeper,
    cache,
    programs: registry.programs,
    verify:
      trustedKeys && (async (files) => (await import("../task/signature/verify.ts")).verifyTask(files, trustedKeys)),
  });
  return {
    name: "registry",
    start: () => start(registry),
    stop: () => stop(registry),
    open,
    async keep(uuid, version) {
      const checksum = findVersion(registry.index, uuid, version)?.version.checksum;
      // A version outside the index could only be opened because it is kept already.
      if (checksum === undefined || versionKeeper?.isFresh(uuid, version, checksum) !== false) return;
      const opened = await open(uuid, version);
      await versionKeeper.keep(opened.version, opened.files);
    },
    tasks: () => [...registry.index.tasks.values()].map((versions) => versions.map(({ version }) => version)),
    versions: (uuid) => registry.index.tasks.get(uuid)?.map(({ version }) => version) ?? [],
    async validate(uuid, version): Promise<readonly Problem[]> {
      const opened = await open(uuid, version);
      const { problems } = await loading.report(opened.files);
      registry.validations.set(opened.version.checksum, problems);
      rebuild(registry);
      return problems;
    },
    graph: async (uuid, version) => loading.graph((await open(uuid, version)).files),
    sources: () => sourceStatuses(registry),
    refresh: (name) => refresh(registry, name),
    cache: () => cache.stats(),
    dropCache: () => cache.clear(),
  };
}

async function start(registry: RegistryState): Promise<void> {
  const { keepers, sync } = registry;
  const remote = keepers.filter(({ source }) => source.remote);
  await Promise.all(keepers.map((keeper) => (keeper.source.remote ? keeper.loadCopy() : keeper.scan())));
  if (registry.phase === "new") registry.phase = "scanned";
  rebuild(registry);
  await sync?.settled();
  for (const keeper of keepers) keeper.follow();
  sync?.logChanges();
  registry.firstScans = Promise.all(remote.map((keeper) => keeper.scan()));
}

async function stop(registry: RegistryState): Promise<void> {
  registry.phase = "stopped";
  for (const keeper of registry.keepers) keeper.stop();
  registry.validations.stop();
  await registry.sync?.settled();
  await registry.programs.settled();
}

/** Merges what the sources have now into a new index. */
function rebuild(registry: RegistryState): void {
  if (registry.phase !== "scanned") return;
  const { keepers, validations } = registry;
  const sources = keepers.map(({ source, entries }) => ({ name: source.definition.name, entries: entries() }));
  registry.index = buildIndex(sources, (checksum) => validations.validatedAt(checksum));
  validations.follow([...registry.index.tasks.values()].flat());
  registry.logProblems(sourceStatuses(registry));
  registry.sync?.queue();
}

async function refresh(registry: RegistryState, name: string | undefined): Promise<readonly SourceStatus[]> {
  const { keepers, sync } = registry;
  const chosen = keepers.filter(({ source }) => name === undefined || source.definition.name === name);
  if (chosen.length === 0) {
    const names = keepers.map(({ source }) => source.definition.name);
    throw noSource(name ?? "", names, nearest(name ?? "", names));
  }
  await Promise.all(chosen.map((keeper) => keeper.scan()));
  await sync?.settled();
  return sourceStatuses(registry).filter((status) => name === undefined || status.name === name);
}
