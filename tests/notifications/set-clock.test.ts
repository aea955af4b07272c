import { expect, test } from "bun:test";
import type { RatchetEvent } from "../../src/domain/events.ts";
import type { NotificationDelivery } from "../../src/domain/notification.ts";
import type { Clock } from "../../src/lib/clock.ts";
import { createEvaluator } from "../../src/service/notifications/evaluator.ts";
import { createSender } from "../../src/service/notifications/sender.ts";
import type { EvaluationStep, NotificationStore } from "../../src/store/contract/notifications.ts";
import { eventually } from "../support/eventually.ts";

interface HandClock extends Clock {
  wall: number;
  elapsed: number;
  /** Lets time pass by both clocks, and runs the timers that are due. */
  pass(ms: number): void;
}

/** A clock whose wall time is set by hand, and whose timers are run by hand. */
function handClock(): HandClock {
  const timers = new Map<() => void, number>();
  const clock: HandClock = {
    wall: 1_700_000_000_000,
    elapsed: 0,
    now: () => clock.wall,
    monotonic: () => clock.elapsed,
    after(ms: number, run: () => void) {
      timers.set(run, clock.elapsed + ms);
      return { cancel: () => void timers.delete(run) };
    },
    pass(ms) {
      clock.wall += ms;
      clock.elapsed += ms;
      for (const [run, at] of [...timers]) if (at <= clock.elapsed && timers.delete(run)) run();
    },
  };
  return clock;
}

const HOUR_MS = 3_600_000;

const RULE = {
  id: 1,
  name: "rule",
  origin: "api",
  enabled: true,
  targets: [{ key: "k", shown: { type: "slack", url: "https://chat.example.org/(hidden)" } }],
  sealed: "",
  afterEvent: 0,
  createdAt: 0,
  updatedAt: 0,
} as const;

/** An evaluator with one rule over a store that responds when it is told to. */
function evaluate(
  clock: Clock,
  condition: { when: "job.failed" | "job.slow"; longerThan?: string; throttle?: string },
) {
  let listener: (events: readonly RatchetEvent[]) => void = () => undefined;
  const state = { committed: [] as RatchetEvent[], looks: 0, steps: [] as EvaluationStep[], beforeRead: () => {} };
  const store = {
    notifications: {
      rules: async () => [{ ...RULE, condition }],
      state: async () => ({ position: 0, streaks: [], reports: [], windows: [] }),
      advance: async (step: EvaluationStep) => void state.steps.push(step),
      async running() {
        state.looks += 1;
        return [];
      },
    },
    events: {
      subscribe(listen: typeof listener) {
        listener = listen;
        return () => undefined;
      },
      since: async (id: number) => state.committed.filter((event) => event.id > id),
      bounds: async () => ({ first: 0, last: 0 }),
    },
    tasks: {
      async getMany() {
        state.beforeRead();
        return [];
      },
    },
    schedules: {},
  } as unknown as Parameters<typeof createEvaluator>[0]["store"];
  const evaluator = createEvaluator({
    store,
    clock,
    sources: () => [],
    masker: async () => (text) => text,
    onDeliveries: () => undefined,
    onError: (error) => {
      throw error;
    },
  });
  const commit = (id: number) => {
    const event = {
      id,
      type: "job.failed",
      time: 0,
      taskId: 1,
      jobId: id,
      executionId: id,
      scheduleId: null,
      data: {},
    };
    state.committed.push(event as unknown as RatchetEvent);
    listener(state.committed.slice(-1));
  };
  const counts = () => state.steps.flatMap(({ deliveries }) => deliveries.map(({ message }) => message.count));
  return { evaluator, state, commit, counts };
}

test("an event that is committed while another is evaluated is not lost", async () => {
  const { evaluator, state, commit, counts } = evaluate(handClock(), { when: "job.failed" });
  await evaluator.start();
  state.beforeRead = () => {
    state.beforeRead = () => undefined;
    commit(2);
  };
  commit(1);
  await eventually(() => counts().length === 2);
  await evaluator.stop();
});

test("conditions are looked at and windows end although the clock was set back", async () => {
  const clock = handClock();
  const slow = evaluate(clock, { when: "job.slow", longerThan: "10m" });
  await slow.evaluator.start();
  clock.pass(20);
  await eventually(() => slow.state.looks === 1);
  clock.wall -= 10_000 * HOUR_MS;
  await eventually(() => {
    clock.pass(60_000);
    return slow.state.looks === 2;
  });
  await slow.evaluator.stop();

  const held = evaluate(clock, { when: "job.failed", throttle: "1h" });
  await held.evaluator.start();
  held.commit(1);
  held.commit(2);
  await eventually(() => held.state.steps.length > 0);
  clock.wall -= 24 * HOUR_MS;
  // The next look finds a window that is longer than it can be.
  clock.pass(60_000);
  await eventually(() => held.counts().length === 2);
  expect(held.counts()).toEqual([1, 1]);
  await held.evaluator.stop();
});

test("a delivery is tried again although the clock was set back", async () => {
  const clock = handClock();
  const delivery = { id: 1, ruleId: 1, targetKey: "k", tries: 0, nextTryAt: clock.now() } as NotificationDelivery;
  const notifications: Pick<NotificationStore, "lanes" | "next" | "recordTry"> = {
    lanes: async () => [{ ruleId: 1, targetKey: "k" }],
    next: async () => (delivery.nextTryAt === null ? undefined : delivery),
    async recordTry(_id, { nextTryAt }) {
      Object.assign(delivery, { tries: delivery.tries + 1, nextTryAt });
    },
  };
  const send = async () => ({ delivered: delivery.tries > 0, status: 500, response: null, error: null });
  const sender = createSender({ notifications, clock, send, random: () => 0.5, onError: () => undefined });
  await sender.start();
  await eventually(() => delivery.tries === 1);
  clock.wall -= 24 * HOUR_MS;
  await eventually(() => {
    clock.pass(1_000);
    return delivery.tries === 2;
  });
  await sender.stop();
});
