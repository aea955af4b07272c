import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { StoredError } from "../../../src/domain/job.ts";
import { type SettledResult, settleMissing, transitionOf } from "../../../src/store/policy/attempt-transition.ts";
import { GATES } from "../../../src/store/policy/gates.ts";
import { rankOf } from "../../../src/store/policy/rank.ts";

const NOW = 1_750_000_000_000;
const JOB = { runAt: NOW - 5_000 };
const ERROR: StoredError = { code: "TASK_ERROR", message: "no" };
const FAILED = { status: "failed", error: ERROR, outputJson: null } as const;

const time = fc.integer({ min: NOW - 100_000, max: NOW + 100_000 });
const results: fc.Arbitrary<SettledResult> = fc.oneof(
  fc.constant<SettledResult>({ kind: "completed", outputJson: "1" }),
  fc.constant<SettledResult>({ kind: "failed", error: ERROR }),
  fc.constant<SettledResult>({ kind: "released" }),
  fc.constant<SettledResult>({ kind: "missing", error: ERROR }),
  time.map((runAt): SettledResult => ({ kind: "retry", error: ERROR, runAt })),
);

describe("an attempt result", () => {
  test("that is an output completes the job", () => {
    expect(transitionOf({ kind: "completed", outputJson: "[1]" }, JOB, 2, NOW)).toEqual({
      kind: "end",
      status: "completed",
      error: null,
      execution: { status: "completed", error: null, outputJson: "[1]" },
    });
  });

  test("that is an error fails the job", () => {
    expect(transitionOf({ kind: "failed", error: ERROR }, JOB, 2, NOW)).toEqual({
      kind: "end",
      status: "failed",
      error: ERROR,
      execution: FAILED,
    });
  });

  test("that asks for a retry uses one up, and ranks the job by its new time", () => {
    const retry = (runAt: number) => transitionOf({ kind: "retry", error: ERROR, runAt }, JOB, 3, NOW);
    const expected = { kind: "return", status: "retrying", retries: 1, error: ERROR, execution: FAILED } as const;
    expect(retry(NOW + 1)).toEqual({ ...expected, runAt: NOW + 1, rank: rankOf(NOW + 1, 3), gate: GATES.later });
    expect(retry(NOW)).toEqual({ ...expected, runAt: NOW, rank: rankOf(NOW, 3), gate: GATES.ready });
  });

  test("of a job that is handed back, or whose task is missing, costs neither a retry nor its rank", () => {
    const back = {
      kind: "return",
      status: "queued",
      runAt: JOB.runAt,
      rank: null,
      gate: GATES.ready,
      retries: 0,
      error: null,
    };
    expect(transitionOf({ kind: "released" }, JOB, 2, NOW)).toMatchObject({
      ...back,
      execution: { status: "cancelled", error: { code: "CANCELLED" } },
    });
    expect(transitionOf({ kind: "missing", error: ERROR }, JOB, 2, NOW)).toMatchObject({ ...back, execution: FAILED });
  });

  test("completes job and execution together, and stores an output only then", () => {
    fc.assert(
      fc.property(results, (result) => {
        const { status, execution } = transitionOf(result, JOB, 2, NOW);
        expect(execution.status === "completed").toBe(status === "completed");
        expect(execution.outputJson !== null).toBe(status === "completed");
        expect(execution.error === null).toBe(status === "completed");
      }),
    );
  });
});

describe("an attempt that found no task", () => {
  const missing = {
    kind: "missing",
    error: ERROR,
    otherwise: { kind: "retry", error: ERROR, runAt: NOW + 7 },
  } as const;
  const facts = { runAt: NOW - 500, waitMs: 1_000, now: NOW };

  test("lets the job wait for a limited time, then fails it", () => {
    expect(settleMissing(missing, { ...facts, since: NOW - 900 })).toEqual(missing);
    expect(settleMissing(missing, { ...facts, runAt: NOW - 1_000, since: NOW - 1_000 })).toEqual({
      kind: "failed",
      error: ERROR,
    });
  });

  test("is retried if the task came back in the meantime", () => {
    expect(settleMissing(missing, { ...facts, since: undefined })).toEqual(missing.otherwise);
  });
});
