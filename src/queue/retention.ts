import type { Clock, Timer } from "../lib/clock.ts";
import { defined } from "../lib/defined.ts";
import type { Service } from "../lib/service.ts";
import type { KeepRule, RetentionPolicy, RetentionStore } from "../store/contract/retention.ts";

/** Number of rows of each kind that one transaction deletes: a few milliseconds of work. */
const STEP_ROWS = 100;
/** Pause after the first step of a round, ms. It is halved after each further step, so that retention keeps up. */
const STEP_PAUSE_MS = 50;
/** A pause lasts at least this many times as long as the step before it: retention gets at most a third of the time. */
const MIN_PAUSE_FACTOR = 2;

/** If the wall clock has gained more than this on the monotonic clock since the last step, ms, it was set forward. */
const CLOCK_SLACK_MS = 60_000;
/** For this long after that, nothing is deleted because of its age, ms: there is time to correct a wrong clock. */
const CLOCK_SETTLES_MS = 60 * 60_000;

/** Settings and dependencies of retention. */
export interface RetentionOptions {
  retention: RetentionStore;
  clock: Clock;
  policy: RetentionPolicy;
  /** Time between two rounds, ms. @default one minute */
  everyMs?: number;
  onError: (error: unknown) => void;
}

/** Deletes what has passed its retention time, in small steps. */
export function createRetention(options: RetentionOptions): Service {
  const { clock } = options;
  const everyMs = options.everyMs ?? 60_000;
  let timer: Timer | undefined;
  let stopped = true;
  let pauseMs = STEP_PAUSE_MS;
  let running: Promise<void> = Promise.resolve();
  let seen = { wall: clock.now(), monotonic: clock.monotonic() };
  let agesCountFrom = Number.NEGATIVE_INFINITY;

  /** Returns the policy without maximum ages for a while after the clock was set forward. */
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
      running = step();
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
    pauseMs = more ? Math.max(1, pauseMs / 2, took * MIN_PAUSE_FACTOR) : STEP_PAUSE_MS;
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
      await running;
    },
  };
}

function withoutAges({
  jobs,
  directExecutions,
  events,
  deliveries,
  notifications,
  logs,
  recordings,
}: RetentionPolicy): RetentionPolicy {
  const count = ({ maxCount }: KeepRule = {}): KeepRule => defined({ maxCount });
  return {
    jobs: { completed: count(jobs.completed), failed: count(jobs.failed), cancelled: count(jobs.cancelled) },
    directExecutions: count(directExecutions),
    events: count(events),
    deliveries: { ...count(deliveries), ...defined({ maxBodyBytes: deliveries.maxBodyBytes }) },
    recordings: defined({ maxBytes: recordings?.maxBytes }),
    notifications: count(notifications),
    firings: {},
    ...defined({ logs: logs && defined({ maxBytes: logs.maxBytes }) }),
  };
}
