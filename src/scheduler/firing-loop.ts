import type { RatchetEvent } from "../domain/events.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Service } from "../lib/service.ts";
import type { FiringPlan, NextFiringTime } from "../store/contract/schedules.ts";
import type { Store } from "../store/contract/store.ts";

/** Number of schedules fired in one transaction. */
const ROUND = 50;
/** Longest sleep, ms: the loop notices within this time that the wall clock has jumped. */
const LONGEST_SLEEP_MS = 5_000;
/** Pause before the loop retries after the store has failed, ms. */
const STORE_PAUSE_MS = 1_000;

/** If the clock was set back by more than this, ms, the loop plans again; otherwise it waits. */
const SET_BACK_MS = 60_000;
/**
 * A longer absence of the loop, ms, means that it was not running: the process or the machine was suspended, or the
 * clock was set forward. Anything shorter (a late timer, garbage collection, a busy disk) is lateness, and misses no
 * firing.
 */
const AWAY_MS = 60_000;

/** Dependencies of the loop. */
export interface FiringLoopOptions {
  store: Pick<Store, "schedules" | "events">;
  clock: Clock;
  /** @param upSince firings due after this moment are late, not missed; undefined after an absence */
  plan: (schedule: Schedule, now: number, upSince: number | undefined) => FiringPlan;
  /** Returns the next firing after `now`. */
  replan: (schedule: Schedule, now: number) => NextFiringTime | null;
  onError: (error: unknown) => void;
}

/** Everything that changes while the loop runs. */
interface LoopState {
  readonly options: FiringLoopOptions;
  stopped: boolean;
  timer: Timer | undefined;
  /** The round in progress. */
  round: Promise<void> | undefined;
  /** Another round was requested during the current one. */
  again: boolean;
  /** When the loop last checked; at the start the earlier time of the clock is unknown. */
  checkedAt: number;
  /** When the loop had last fired everything that it found. */
  doneAt: number;
}

/**
 * Sleeps until the next schedule is due, then fires it. Only the store knows what is due when. The loop keeps nothing,
 * so ten thousand schedules cost no more than one until they are due.
 */
export function createFiringLoop(options: FiringLoopOptions): Pick<Service, "start" | "stop"> {
  const loop: LoopState = { options, stopped: true, timer: undefined, round: undefined, again: false, ...NEVER_RAN };
  let unsubscribe = () => {};
  return {
    async start() {
      if (!loop.stopped) return;
      loop.stopped = false;
      Object.assign(loop, NEVER_RAN);
      unsubscribe = options.store.events.subscribe((events: readonly RatchetEvent[]) => {
        if (events.some(({ type }) => type === "schedule.created" || type === "schedule.updated")) runRound(loop);
      });
      runRound(loop);
      await loop.round;
    },
    async stop() {
      loop.stopped = true;
      loop.timer?.cancel();
      unsubscribe();
      await loop.round;
    },
  };
}

const NEVER_RAN = { checkedAt: Number.POSITIVE_INFINITY, doneAt: Number.NEGATIVE_INFINITY };

/** Fires everything that is due, then sleeps. Only one round runs at a time. */
function runRound(loop: LoopState): void {
  loop.timer?.cancel();
  if (loop.stopped) return;
  if (loop.round !== undefined) {
    loop.again = true;
    return;
  }
  loop.again = false;
  loop.round = fireAll(loop)
    .catch((error: unknown) => {
      loop.options.onError(error);
      return STORE_PAUSE_MS;
    })
    .then((sleepMs) => {
      loop.round = undefined;
      if (loop.stopped) return;
      if (loop.again) runRound(loop);
      else loop.timer = loop.options.clock.after(sleepMs, () => runRound(loop));
    });
}

/** @returns how long to sleep, ms */
async function fireAll(loop: LoopState): Promise<number> {
  const { clock, store, plan, replan } = loop.options;
  const now = clock.now();
  if (now < loop.checkedAt - SET_BACK_MS) await store.schedules.replanAhead(SET_BACK_MS, replan);
  const upSince = now - loop.doneAt <= AWAY_MS ? loop.checkedAt : undefined;
  while (!loop.stopped) {
    const { schedules } = await store.schedules.fireDue(ROUND, (schedule, at) => plan(schedule, at, upSince));
    if (schedules < ROUND) break;
  }
  // Only set after success: a failed round leaves its due firings to the next one.
  loop.checkedAt = now;
  loop.doneAt = clock.now();
  const due = await store.schedules.nextDueAt();
  return due === null ? LONGEST_SLEEP_MS : Math.min(LONGEST_SLEEP_MS, Math.max(1, due - clock.now()));
}
