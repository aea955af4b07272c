import { describe, expect, test } from "bun:test";
import type { LaneState } from "../../../src/store/policy/admission.ts";
import { AHEAD_LIMIT, explain, type LaneFacts, type WaitFacts } from "../../../src/store/policy/explain.ts";
import type { AdmissionLane } from "../../../src/store/policy/lane.ts";

const NOTHING = { until: null, ahead: null, limit: null, running: null };
const TIME = Date.UTC(2030, 0, 2, 3, 4, 5);
const TIME_TEXT = "2030-01-02T03:04:05.000Z";

const FACTS: [WaitFacts, string, string, { until?: number; ahead?: number }][] = [
  [{ kind: "finished", status: "failed" }, "finished", "The job is failed.", {}],
  [{ kind: "running", workerId: "w1" }, "running", "The job runs on worker w1.", {}],
  [{ kind: "queue_paused", note: null }, "queue_paused", "The whole queue is paused.", {}],
  [{ kind: "queue_paused", note: "move" }, "queue_paused", "The whole queue is paused: move.", {}],
  [
    { kind: "not_due", runAt: TIME, failedAttempt: null },
    "not_due",
    `The job is due at ${TIME_TEXT}.`,
    { until: TIME },
  ],
  [
    { kind: "not_due", runAt: TIME, failedAttempt: 2 },
    "not_due",
    `Attempt 2 failed; the job is retried at ${TIME_TEXT}.`,
    { until: TIME },
  ],
  [{ kind: "task_paused", note: "fix" }, "task_paused", "The task is paused: fix.", {}],
  [{ kind: "task_disabled" }, "task_disabled", "The task is disabled.", {}],
  [
    { kind: "task_missing", version: "1.2.0", until: TIME },
    "task_missing",
    `No source has version 1.2.0 of the task. The job waits for it until ${TIME_TEXT}, then it fails.`,
    { until: TIME },
  ],
  [
    { kind: "task_missing", version: null, until: null },
    "task_missing",
    "No source has the task. The job waits for it.",
    {},
  ],
  [{ kind: "ready", workers: 0, ahead: 3 }, "no_worker", "No worker is running. Start a server on this database.", {}],
  [
    { kind: "ready", workers: 1, ahead: 3 },
    "waiting_for_worker",
    "The job is ready and waits for a free worker; 3 ready jobs go first.",
    { ahead: 3 },
  ],
  [
    { kind: "ready", workers: 1, ahead: AHEAD_LIMIT },
    "waiting_for_worker",
    "The job is ready and waits for a free worker; 10000 or more ready jobs go first.",
    { ahead: AHEAD_LIMIT },
  ],
];

test.each(FACTS)("%j is explained", (facts, reason, message, numbers) => {
  expect(explain(facts)).toEqual({ ...NOTHING, ...numbers, reason: reason as never, message });
});

describe("a lane that admits no more jobs", () => {
  const TASK: AdmissionLane = { kind: "task", taskId: 7 };
  const KEY: AdmissionLane = { kind: "key", key: "k" };
  const facts = (lane: AdmissionLane, reason: "rate" | "concurrency", more: Partial<LaneState> = {}): LaneFacts => ({
    kind: "lane",
    lane,
    block: { lane, reason, until: reason === "rate" ? 5_000 : null },
    state: {
      limits: { concurrency: 2, rate: { count: 4, periodMs: 1_000 } },
      running: 2,
      opensAt: null,
      tokens: 0,
      ...more,
    },
    ahead: 3,
    rescues: 0,
  });

  test("because of concurrency is explained by its task or its key", () => {
    const full = { until: null, ahead: 3, limit: 2, running: 2 };
    expect(explain(facts(TASK, "concurrency"))).toEqual({
      ...full,
      reason: "task_concurrency",
      message: "2 of at most 2 jobs of the task are running.",
    });
    expect(explain(facts(KEY, "concurrency"))).toEqual({
      ...full,
      reason: "key_concurrency",
      message: '2 of at most 2 jobs of the key "k" are running.',
    });
  });

  test("of its rate is explained with the time when the jobs ahead will have had their tokens", () => {
    const usedUp = { until: 5_750, ahead: 3, limit: 4, running: null };
    expect(explain(facts(TASK, "rate"))).toEqual({
      ...usedUp,
      reason: "task_rate",
      message: "The rate limit of the task, 4 in 1s, is used up.",
    });
    expect(explain(facts(KEY, "rate"))).toMatchObject({ ...usedUp, reason: "key_rate" });
  });

  test("of suspects is explained by how many run together", () => {
    const lane: AdmissionLane = { kind: "suspect", rescues: 4 };
    const alone = { ...facts(lane, "concurrency", { limits: { concurrency: 1, rate: null }, running: 1 }), rescues: 5 };
    expect(explain(alone)).toEqual({
      reason: "suspect",
      message:
        "The job was running 5 times when its server died. Such jobs run one at a time, to find the one that caused it.",
      until: null,
      ahead: 3,
      limit: 1,
      running: 1,
    });
  });
});
