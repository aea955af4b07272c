import type { NewSchedule } from "../../src/domain/schedule.ts";
import { createCronTimes } from "../../src/scheduler/cron-times.ts";
import { createScheduler } from "../../src/scheduler/scheduler.ts";
import { planFirings } from "../../src/scheduler/timing.ts";
import type { AttemptResult, ClaimedJob } from "../../src/store/contract/jobs.ts";
import { createManualClock } from "../store/manual-clock.ts";
import { finishedAttempt, openTestStore, registerWorker } from "../store/open-for-test.ts";

export const START = Date.UTC(2026, 0, 1);
export const MINUTE = 60_000;

/** A scheduler with an in-memory store and a manual clock. */
export async function setUp() {
  const clock = createManualClock(START);
  const opened = await openTestStore(clock);
  const { store, taskId } = opened;
  const times = createCronTimes();
  await registerWorker(store);
  const scheduler = createScheduler({
    store,
    clock,
    onError: (error) => {
      throw error;
    },
  });
  const create = (more: Partial<NewSchedule> = {}) =>
    scheduler.create({
      name: "minutely",
      taskId,
      inputJson: "{}",
      timing: { kind: "cron", cron: "* * * * *", timezone: "UTC" },
      ...more,
    });
  /** Fires what is due, as the loop does. */
  const fire = () => store.schedules.fireDue(50, (schedule, now) => planFirings(schedule, times, now));
  const firings = async (id: number) =>
    (await store.schedules.firings(id, 100))
      .reverse()
      .map(({ fireAt, status }) => `${(fireAt - START) / MINUTE} ${status}`);
  const claim = async () => (await store.jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 10 })).claimed;
  const end = (claimed: ClaimedJob, result: AttemptResult) =>
    store.jobs.completeAndClaim({
      workerId: "w1",
      finished: [finishedAttempt(claimed, result, clock.now())],
      capacity: 0,
    });
  return {
    ...opened,
    clock,
    scheduler,
    create,
    fire,
    firings,
    claim,
    end,
    [Symbol.asyncDispose]: opened[Symbol.asyncDispose],
  };
}
