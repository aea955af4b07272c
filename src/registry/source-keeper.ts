import type { Problem } from "../domain/problem.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import { formatDuration } from "../lib/duration.ts";
import type { Logger } from "../telemetry/logger.ts";
import { publicText } from "./public-text.ts";
import type { SourceState, SourceStatus } from "./registry.ts";
import { type Source, type SourceContent, type SourceEntry, SourceMissing } from "./source.ts";

/** Keeps the content of a source from its latest successful scan. */
export interface SourceKeeper {
  readonly source: Source;
  /** Returns the tasks that are served now. */
  entries(): readonly SourceEntry[];
  /** Returns the problems that the source itself found in its tasks. */
  problems(): readonly Problem[];
  /** Returns its status, without the counts that only the whole index knows. */
  status(): Omit<SourceStatus, "tasks" | "versions" | "problems">;
  /** Loads the copy of an earlier process. */
  loadCopy(): Promise<void>;
  /** Scans the source now, even if an earlier scan is still running. Never rejects. */
  scan(): Promise<void>;
  /** Scans automatically from now on: after changes, and at intervals if the source is remote. */
  follow(): void;
  stop(): void;
}

/** Settings and dependencies of a keeper. */
export interface SourceKeeperOptions {
  source: Source;
  clock: Clock;
  logger: Logger;
  /** How long one scan may take, ms. */
  timeoutMs: number;
  /** Is called when the served content has changed. */
  onChange: () => void;
}

/** Everything that changes while a source is kept. */
interface KeeperState {
  readonly options: SourceKeeperOptions;
  readonly stopping: AbortController;
  content: SourceContent | undefined;
  state: SourceState;
  /** Why the latest scan failed. */
  error: string | null;
  checkedAt: number | null;
  loadedAt: number | null;
  scanning: Promise<void> | undefined;
  /** One more scan after the running one, shared by all callers until then. */
  nextScan: Promise<void> | undefined;
  timer: Timer | undefined;
  unwatch: () => void;
}

export function createSourceKeeper(options: SourceKeeperOptions): SourceKeeper {
  const { source } = options;
  const keeper: KeeperState = {
    options,
    stopping: new AbortController(),
    content: undefined,
    state: "pending",
    error: null,
    checkedAt: null,
    loadedAt: null,
    scanning: undefined,
    nextScan: undefined,
    timer: undefined,
    unwatch: () => {},
  };
  return {
    source,
    entries: () => keeper.content?.entries ?? [],
    problems: () => keeper.content?.problems ?? [],
    status: () => statusOf(keeper),
    async loadCopy() {
      keeper.content = await source.loadCopy?.();
      if (keeper.content === undefined) return;
      keeper.state = "stale";
      options.onChange();
    },
    scan: () => scan(keeper),
    follow() {
      if (source.remote && source.definition.watch) scheduleScan(keeper);
      if (source.watch !== undefined) keeper.unwatch = source.watch(() => void scan(keeper));
    },
    stop() {
      keeper.stopping.abort();
      keeper.timer?.cancel();
      keeper.unwatch();
    },
  };
}

function statusOf({
  options,
  content,
  state,
  checkedAt,
  loadedAt,
  error,
}: KeeperState): ReturnType<SourceKeeper["status"]> {
  const { name, uri, watch, place } = options.source.definition;
  const kind = content?.kind ?? (place.kind === "file" ? "directory" : place.kind);
  return { name, uri, kind, watch, state, revision: content?.revision ?? null, checkedAt, loadedAt, error };
}

function scan(keeper: KeeperState): Promise<void> {
  if (keeper.scanning === undefined) {
    keeper.scanning = scanOnce(keeper).finally(() => {
      keeper.scanning = undefined;
    });
    return keeper.scanning;
  }
  keeper.nextScan ??= keeper.scanning.then(() => {
    keeper.nextScan = undefined;
    return scan(keeper);
  });
  return keeper.nextScan;
}

async function scanOnce(keeper: KeeperState): Promise<void> {
  const { options, stopping, content: before, error: errorBefore } = keeper;
  const tooLate = AbortSignal.timeout(options.timeoutMs);
  try {
    keeper.content = await options.source.scan(AbortSignal.any([stopping.signal, tooLate]));
    keeper.loadedAt = options.clock.now();
    keeper.error = keeper.content.incomplete ?? null;
    keeper.state = keeper.error === null ? "current" : "stale";
  } catch (cause) {
    if (stopping.signal.aborted) return;
    const limit = `it took longer than ${formatDuration(options.timeoutMs)} (registry.timeout)`;
    keeper.error = tooLate.aborted ? limit : publicText(cause);
    // A missing source has no tasks any more; an unreachable one may be unchanged.
    if (cause instanceof SourceMissing) keeper.content = undefined;
    keeper.state = keeper.content === undefined ? "unavailable" : "stale";
  }
  keeper.checkedAt = options.clock.now();
  if (keeper.error !== errorBefore) logError(keeper);
  if (before !== keeper.content) options.onChange();
}

function logError({ options, error, state }: KeeperState): void {
  const { name } = options.source.definition;
  if (error === null) options.logger.info(`source "${name}" is up to date again`, { source: name });
  else options.logger.warn(`source "${name}": ${error}`, { source: name, state });
}

function scheduleScan(keeper: KeeperState): void {
  const { options, stopping } = keeper;
  if (stopping.signal.aborted) return;
  keeper.timer = options.clock.after(options.source.definition.refreshMs, () => {
    void scan(keeper).finally(() => scheduleScan(keeper));
  });
}
