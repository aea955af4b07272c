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
  recall(): Promise<void>;
  /** Scans the source now, even if an earlier scan is still running. Never rejects. */
  look(): Promise<void>;
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

export function createSourceKeeper(options: SourceKeeperOptions): SourceKeeper {
  const { source, clock, logger } = options;
  const { name, uri, watch, refreshMs } = source.definition;
  const stopping = new AbortController();
  let content: SourceContent | undefined;
  let state: SourceState = "pending";
  let error: string | null = null;
  let checkedAt: number | null = null;
  let loadedAt: number | null = null;
  let looking: Promise<void> | undefined;
  let waiting: Promise<void> | undefined;
  let timer: Timer | undefined;
  let unwatch = () => {};

  async function lookOnce(): Promise<void> {
    const before = content;
    const wasError = error;
    const tooLate = AbortSignal.timeout(options.timeoutMs);
    try {
      content = await source.look(AbortSignal.any([stopping.signal, tooLate]));
      loadedAt = clock.now();
      error = content.incomplete ?? null;
      state = error === null ? "current" : "stale";
    } catch (cause) {
      if (stopping.signal.aborted) return;
      const limit = `it took longer than ${formatDuration(options.timeoutMs)} (registry.timeout)`;
      error = tooLate.aborted ? limit : publicText(cause);
      // A missing source has no tasks any more; an unreachable one may be unchanged.
      if (cause instanceof SourceMissing) content = undefined;
      state = content === undefined ? "unavailable" : "stale";
    }
    checkedAt = clock.now();
    if (error !== wasError) {
      if (error !== null) logger.warn(`source "${name}": ${error}`, { source: name, state });
      else if (wasError !== null) logger.info(`source "${name}" is up to date again`, { source: name });
    }
    if (before !== content) options.onChange();
  }

  function look(): Promise<void> {
    if (looking === undefined) {
      looking = lookOnce().finally(() => {
        looking = undefined;
      });
      return looking;
    }
    // One more scan after the running one, shared by all callers until then.
    waiting ??= looking.then(() => {
      waiting = undefined;
      return look();
    });
    return waiting;
  }

  function schedule(): void {
    if (stopping.signal.aborted) return;
    timer = clock.after(refreshMs, () => void look().finally(schedule));
  }

  return {
    source,
    entries: () => content?.entries ?? [],
    problems: () => content?.problems ?? [],
    status: () => ({
      name,
      uri,
      kind: content?.kind ?? (source.definition.place.kind === "file" ? "directory" : source.definition.place.kind),
      watch,
      state,
      revision: content?.revision ?? null,
      checkedAt,
      loadedAt,
      error,
    }),
    async recall() {
      content = await source.recall?.();
      if (content === undefined) return;
      state = "stale";
      options.onChange();
    },
    look,
    follow() {
      if (source.remote && watch) schedule();
      if (source.watch !== undefined) unwatch = source.watch(() => void look());
    },
    stop() {
      stopping.abort();
      timer?.cancel();
      unwatch();
    },
  };
}
