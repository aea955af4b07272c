import type { Clock, Timer } from "../lib/clock.ts";
import type { Service } from "../lib/service.ts";
import type { KeepRule, RetentionPolicy, RetentionStore } from "../store/contract/retention.ts";

/** Rows of each kind deleted in one transaction: some milliseconds of work. */
const STEP_ROWS = 100;
/** Between the first two steps of a round, ms: others come first. Halved after each further step, so that it keeps up. */
const STEP_PAUSE_MS = 50;
/** But a pause is never shorter than this many times what the step took: a third of the time is the most it takes. */
const LEAST_PAUSE = 2;

/** A wall clock that got so far ahead of the monotonic one since the last look was set, ms. */
const CLOCK_SLACK_MS = 60_000;
/** After that nothing is deleted for its age for so long, ms: a wrong clock can be put right before it costs anything. */
const CLOCK_SETTLES_MS = 60 * 60_000;

/** How retention runs. */
export interface RetentionOptions {
  retention: RetentionStore;
  clock: Clock;
  policy: RetentionPolicy;
  /** Between two rounds, ms. @default one minute */
  everyMs?: number;
  onError: (error: unknown) => void;
}

/** Deletes by itself what is past its time, a little at once. */
export function createRetention(options: RetentionOptions): Service {
  const { clock } = options;
  const everyMs = options.everyMs ?? 60_000;
  let timer: Timer | undefined;
  let stopped = true;
  let pauseMs = STEP_PAUSE_MS;
  let under: Promise<void> = Promise.resolve();
  let seen = { wall: clock.now(), monotonic: clock.monotonic() };
  let agesCountFrom = Number.NEGATIVE_INFINITY;

  /** What is kept, for now: a clock that was set forward makes nothing old. */
  function policyNow(): RetentionPolicy {
    const now = { wall: clock.now(), monotonic: clock.monotonic() };
    const ahead = now.wall - seen.wall - (now.monotonic - seen.monotonic);
    seen = now;
    if (ahead > CLOCK_SLACK_MS) agesCountFrom = now.monotonic + CLOCK_SETTLES_MS;
    return now.monotonic < agesCountFrom ? withoutAges(options.policy) : options.policy;
  }

  function schedule(ms: number): void {
    if (stopped) return;
    timer = clock.after(ms, () => {
      under = step();
    });
  }

  async function step(): Promise<void> {
    const started = clock.monotonic();
    let more = false;
    try {
      more = (await options.retention.step(policyNow(), STEP_ROWS)).more;
    } catch (error) {
      options.onError(error);
    }
    schedule(more ? pauseMs : everyMs);
    const took = clock.monotonic() - started;
    pauseMs = more ? Math.max(1, pauseMs / 2, took * LEAST_PAUSE) : STEP_PAUSE_MS;
  }

  return {
    name: "retention",
    async start() {
      stopped = false;
      schedule(everyMs);
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      await under;
    },
  };
}

function withoutAges({ jobs, directExecutions, events }: RetentionPolicy): RetentionPolicy {
  const count = ({ maxCount }: KeepRule = {}): KeepRule => (maxCount === undefined ? {} : { maxCount });
  return {
    jobs: { completed: count(jobs.completed), failed: count(jobs.failed), cancelled: count(jobs.cancelled) },
    directExecutions: count(directExecutions),
    events: count(events),
    firings: {},
  };
}
