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

/** Everything that changes while tasks are validated. */
interface ValidationState {
  readonly options: ValidationsOptions;
  readonly results: Map<string, { at: number | null; errors: readonly Problem[] }>;
  /** The versions that are to be validated. */
  wanted: readonly IndexedVersion[];
  timer: Timer | undefined;
  stopped: boolean;
  /** A task is being validated. */
  busy: boolean;
  hasNews: boolean;
}

export function createValidations(options: ValidationsOptions): Validations {
  const state: ValidationState = {
    options,
    results: new Map(),
    wanted: [],
    timer: undefined,
    stopped: false,
    busy: false,
    hasNews: false,
  };
  return {
    validatedAt: (checksum) => state.results.get(checksum)?.at ?? null,
    errors: (checksum) => state.results.get(checksum)?.errors ?? [],
    set: (checksum, problems) => setResult(state, checksum, problems),
    follow(versions) {
      state.wanted = versions;
      const checksums = new Set(versions.map(({ version }) => version.checksum));
      for (const checksum of state.results.keys()) if (!checksums.has(checksum)) state.results.delete(checksum);
      if (nextVersion(state) !== undefined) schedule(state, DELAY_MS);
    },
    stop() {
      state.stopped = true;
      state.timer?.cancel();
    },
  };
}

function setResult(state: ValidationState, checksum: string, problems: readonly Problem[]): void {
  const errors = problems.filter(({ severity }) => severity === "error");
  state.results.set(checksum, { at: errors.length === 0 ? state.options.clock.now() : null, errors });
  state.hasNews = true;
}

/** Returns the first version that has no result. */
function nextVersion({ wanted, results }: ValidationState): IndexedVersion | undefined {
  return wanted.find(({ version }) => !results.has(version.checksum));
}

function schedule(state: ValidationState, ms: number): void {
  if (state.stopped || state.busy || state.timer !== undefined) return;
  state.timer = state.options.clock.after(ms, () => {
    state.timer = undefined;
    state.busy = true;
    void validateNext(state).finally(() => {
      state.busy = false;
      if (nextVersion(state) !== undefined) schedule(state, PAUSE_MS);
      else if (state.hasNews) {
        state.hasNews = false;
        state.options.onNews();
      }
    });
  });
}

async function validateNext(state: ValidationState): Promise<void> {
  const { loading, logger } = state.options;
  const indexed = nextVersion(state);
  if (indexed === undefined) return;
  const { checksum, origin } = indexed.version;
  try {
    // Bypasses the cache, because nobody has requested these tasks.
    const { task, files } = await indexed.entry.load();
    if ((await task.checksum()) === checksum) setResult(state, checksum, (await loading.report(files)).problems);
    else state.results.set(checksum, { at: null, errors: [] });
  } catch (error) {
    state.results.set(checksum, { at: null, errors: [] });
    // Gone or changed since it was listed: the next scan will notice.
    if (!(error instanceof RatchetError)) logger.error(`${origin} could not be validated: ${errorText(error)}`);
  }
}
