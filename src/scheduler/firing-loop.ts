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

/**
 * Sleeps until the next schedule is due, then fires it. Only the store knows what is due when. The loop keeps nothing,
 * so ten thousand schedules cost no more than one until they are due.
 */
export function createFiringLoop(options: FiringLoopOptions): Pick<Service, "start" | "stop"> {
  const { clock, store } = options;
  let timer: Timer | undefined;
  let stopped = true;
  let under: Promise<void> | undefined;
  let again = false;
  let unsubscribe = () => {};
  /** When the loop last checked; at the start the earlier time of the clock is unknown. */
  let lookedAt = Number.POSITIVE_INFINITY;
  /** When the loop had last fired everything that it found. */
  let doneAt = Number.NEGATIVE_INFINITY;

  function run(): void {
    timer?.cancel();
    if (stopped) return;
    if (under !== undefined) {
      again = true;
      return;
    }
    again = false;
    under = fireAll()
      .catch((error: unknown) => {
        options.onError(error);
        return STORE_PAUSE_MS;
      })
      .then((sleepMs) => {
        under = undefined;
        if (stopped) return;
        if (again) run();
        else timer = clock.after(sleepMs, run);
      });
  }

  /** @returns how long to sleep, ms */
  async function fireAll(): Promise<number> {
    const now = clock.now();
    if (now < lookedAt - SET_BACK_MS) await store.schedules.replanAhead(SET_BACK_MS, options.replan);
    const upSince = now - doneAt <= AWAY_MS ? lookedAt : undefined;
    const plan = (schedule: Schedule, at: number) => options.plan(schedule, at, upSince);
    while (!stopped) {
      const { schedules } = await store.schedules.fireDue(ROUND, plan);
      if (schedules < ROUND) break;
    }
    // Only set after success: a failed round leaves its due firings to the next one.
    lookedAt = now;
    doneAt = clock.now();
    const due = await store.schedules.nextDueAt();
    return due === null ? LONGEST_SLEEP_MS : Math.min(LONGEST_SLEEP_MS, Math.max(1, due - clock.now()));
  }

  return {
    async start() {
      if (!stopped) return;
      stopped = false;
      lookedAt = Number.POSITIVE_INFINITY;
      doneAt = Number.NEGATIVE_INFINITY;
      unsubscribe = store.events.subscribe((events: readonly RatchetEvent[]) => {
        if (events.some((event) => event.type === "schedule.created" || event.type === "schedule.updated")) run();
      });
      run();
      await under;
    },
    async stop() {
      stopped = true;
      timer?.cancel();
      unsubscribe();
      await under;
    },
  };
}
