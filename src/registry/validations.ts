import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { TaskLoading } from "../task/task-loading.ts";
import { errorText, type Logger } from "../telemetry/logger.ts";
import type { IndexedVersion } from "./task-index.ts";

/** Results of validation, by checksum of a task's files: equal files are validated once. */
export interface Validations {
  validatedAt(checksum: string): number | null;
  /** Returns the errors found; empty before the task was validated. */
  errors(checksum: string): readonly Problem[];
  set(checksum: string, problems: readonly Problem[]): void;
  /** Validates these one after the other, and forgets all others. */
  follow(versions: readonly IndexedVersion[]): void;
  stop(): void;
}

/** Dependencies of validation. */
export interface ValidationsOptions {
  clock: Clock;
  logger: Logger;
  loading: Pick<TaskLoading, "report">;
  /** Is called when there are new results. */
  onNews: () => void;
}

/** Delay of validation after the first call, ms: the server's start comes first. */
const DELAY_MS = 300;
/** Pause between two tasks, ms: requests come first. */
const PAUSE_MS = 5;

export function createValidations({ clock, logger, loading, onNews }: ValidationsOptions): Validations {
  const results = new Map<string, { at: number | null; errors: readonly Problem[] }>();
  let wanted: readonly IndexedVersion[] = [];
  let timer: Timer | undefined;
  let stopped = false;
  let busy = false;
  let news = false;

  function set(checksum: string, problems: readonly Problem[]): void {
    const errors = problems.filter(({ severity }) => severity === "error");
    results.set(checksum, { at: errors.length === 0 ? clock.now() : null, errors });
    news = true;
  }

  async function next(): Promise<void> {
    const version = wanted.find(({ version }) => !results.has(version.checksum));
    if (version === undefined) return;
    const { checksum, origin } = version.version;
    try {
      // Bypasses the cache, because nobody has requested these tasks.
      const { task, files } = await version.entry.load();
      if ((await task.checksum()) === checksum) set(checksum, (await loading.report(files)).problems);
      else results.set(checksum, { at: null, errors: [] });
    } catch (error) {
      results.set(checksum, { at: null, errors: [] });
      // Gone or changed since it was listed: the next scan will notice.
      if (!(error instanceof RatchetError)) logger.error(`${origin} could not be validated: ${errorText(error)}`);
    }
  }

  function schedule(ms: number): void {
    if (stopped || busy || timer !== undefined) return;
    timer = clock.after(ms, () => {
      timer = undefined;
      busy = true;
      void next().finally(() => {
        busy = false;
        if (wanted.some(({ version }) => !results.has(version.checksum))) schedule(PAUSE_MS);
        else if (news) {
          news = false;
          onNews();
        }
      });
    });
  }

  return {
    validatedAt: (checksum) => results.get(checksum)?.at ?? null,
    errors: (checksum) => results.get(checksum)?.errors ?? [],
    set,
    follow(versions) {
      wanted = versions;
      const checksums = new Set(versions.map(({ version }) => version.checksum));
      for (const checksum of results.keys()) if (!checksums.has(checksum)) results.delete(checksum);
      if (versions.some(({ version }) => !results.has(version.checksum))) schedule(DELAY_MS);
    },
    stop() {
      stopped = true;
      timer?.cancel();
    },
  };
}
