import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  afterStart,
  blockIn,
  type LaneState,
  missingUntil,
  reopensAt,
  roomIn,
} from "../../../src/store/policy/admission.ts";

const NOW = 1_750_000_000_000;
const LANE = { kind: "task", taskId: 7 } as const;
const OPEN: LaneState = { limits: { concurrency: null, rate: null }, running: 0, opensAt: null, tokens: 0 };

const states: fc.Arbitrary<LaneState> = fc.record({
  limits: fc.record({
    concurrency: fc.option(fc.nat(20)),
    rate: fc.option(
      fc.record({ count: fc.integer({ min: 1, max: 20 }), periodMs: fc.integer({ min: 1, max: 100_000 }) }),
    ),
  }),
  running: fc.nat(20),
  opensAt: fc.option(fc.integer({ min: NOW, max: NOW + 100_000 })),
  tokens: fc.double({ min: 0, max: 20, noNaN: true }),
});

describe("admission to a lane", () => {
  test("without limits admits every job", () => {
    expect(blockIn(LANE, { ...OPEN, running: 1_000_000 }, NOW)).toBeUndefined();
    expect(roomIn(OPEN)).toBe(Number.POSITIVE_INFINITY);
  });

  test("stops at the limit of running jobs", () => {
    const state: LaneState = { ...OPEN, limits: { concurrency: 2, rate: null }, running: 1 };
    expect(blockIn(LANE, state, NOW)).toBeUndefined();
    expect(blockIn(LANE, afterStart(state), NOW)).toEqual({ lane: LANE, reason: "concurrency", until: null });
  });

  test("stops with the last token, and says when the next one will be there", () => {
    const state: LaneState = { ...OPEN, limits: { concurrency: null, rate: { count: 5, periodMs: 1_000 } }, tokens: 1 };
    expect(blockIn(LANE, state, NOW)).toBeUndefined();
    expect(blockIn(LANE, afterStart(state), NOW)).toEqual({ lane: LANE, reason: "rate", until: NOW + 200 });
    expect(reopensAt(state, NOW)).toBe(NOW + 200);
  });

  test("admits exactly as many jobs as there is room for", () => {
    fc.assert(
      fc.property(states, (start) => {
        let state = start;
        let admitted = 0;
        while (admitted < 50 && blockIn(LANE, state, NOW) === undefined) {
          state = afterStart(state);
          admitted += 1;
        }
        expect(admitted).toBe(Math.min(50, Math.max(0, roomIn(start))));
      }),
    );
  });

  test("gives a time only if time alone opens the lane", () => {
    fc.assert(
      fc.property(states, (state) => {
        const block = blockIn(LANE, state, NOW);
        if (block?.reason === "concurrency") expect(block.until).toBe(state.opensAt);
        if (block?.reason === "rate") expect(block.until ?? 0).toBeGreaterThan(NOW);
        if (state.limits.rate === null) expect(reopensAt(state, NOW)).toBe(state.opensAt);
      }),
    );
  });
});

test("the wait for a missing task begins when the job is due and the task is gone", () => {
  expect(missingUntil(1_000, 500, 100)).toBe(1_100);
  expect(missingUntil(500, 1_000, 100)).toBe(1_100);
});
