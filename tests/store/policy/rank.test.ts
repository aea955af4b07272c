import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { AGEING_MS, rankAfterChange, rankFrom, rankOf } from "../../../src/store/policy/rank.ts";

const time = fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 });
const level = fc.nat(4);

describe("the rank of a waiting job", () => {
  test("puts the more urgent of two jobs first, and the older one of the same priority", () => {
    expect(rankOf(1_000, 3)).toBeLessThan(rankOf(1_000, 2));
    expect(rankOf(1_000, 2)).toBeLessThan(rankOf(1_001, 2));
  });

  test("lets a job overtake one of the next priority that is more than a minute newer", () => {
    expect(rankOf(0, 1)).toBeGreaterThan(rankOf(AGEING_MS - 1, 2));
    expect(rankOf(0, 1)).toBeLessThan(rankOf(AGEING_MS + 1, 2));
  });

  test("gives no advantage to a time in the past", () => {
    fc.assert(
      fc.property(time, time, level, (now, runAt, level) => {
        expect(rankFrom(now, runAt, level)).toBe(rankOf(runAt > now ? runAt : now, level));
      }),
    );
  });

  test("after a change of priority is what it would have been with that priority from the start", () => {
    fc.assert(
      fc.property(time, level, level, (runAt, before, after) => {
        expect(rankAfterChange(rankOf(runAt, before), before, after)).toBe(rankOf(runAt, after));
      }),
    );
  });
});
