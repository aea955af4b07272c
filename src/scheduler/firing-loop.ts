import type { RatchetEvent } from "../domain/events.ts";
import type { Schedule } from "../domain/schedule.ts";
import type { Clock, Timer } from "../lib/clock.ts";
import type { Service } from "../lib/service.ts";
import type { FiringPlan, NextFiringTime } from "../store/contract/schedules.ts";
import type { Store } from "../store/contract/store.ts";

/** Schedules fired in one transaction. */
const ROUND = 50;
/** Longest sleep, ms: a wall clock that jumps is noticed after this. */
const LONGEST_SLEEP_MS = 5_000;
/** Pause before the store is tried again after it failed, ms. */
const STORE_PAUSE_MS = 1_000;

/** A clock that was set back by more than this makes the plan begin again, ms; what is less is waited for. */
const SET_BACK_MS = 60_000;
/**
 * A loop that was away for longer was not running, ms: the process or the machine was suspended, or the clock was set
 * forward. Anything shorter (a late timer, garbage collection, a busy disk) is lateness, and no firing is missed for it.
 */
const AWAY_MS = 60_000;

/** What the loop needs. */
export interface FiringLoopOptions {
  store: Pick<Store, "schedules" | "events">;
  clock: Clock;
  /** @param upSince what came due after this moment is late and not missed; undefined after an absence */
  plan: (schedule: Schedule, now: number, upSince: number | undefined) => FiringPlan;
  /** The next firing after `now`. */
  replan: (schedule: Schedule, now: number) => NextFiringTime | null;
  onError: (error: unknown) => void;
}

/**
 * Sleeps until the next schedule is due, then fires it. Only the store knows what is due when: nothing is kept here, so
 * ten thousand schedules cost no more than one until their time comes.
 */
export function createFiringLoop(options: FiringLoopOptions): Pick<Service, "start" | "stop"> {
  const { clock, store } = options;
  let timer: Timer | undefined;
  let stopped = true;
  let under: Promise<void> | undefined;
  let again = false;
  let unsubscribe = () => {};
  /** When the loop last looked; at the start it is not known what the clock was before. */
  let lookedAt = Number.POSITIVE_INFINITY;
  /** When the loop was last done with what it had found then. */
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
    // Only now: after a round that failed, what was due before it is still to be looked at.
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
