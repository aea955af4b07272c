import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { durationOfTokens, nextTokenAt, type Rate, refill } from "../../../src/store/policy/token-bucket.ts";

const NOW = 1_750_000_000_000;
const rates: fc.Arbitrary<Rate> = fc.record({
  count: fc.integer({ min: 1, max: 10_000 }),
  periodMs: fc.integer({ min: 1, max: 86_400_000 }),
});

describe("a token bucket", () => {
  test("is full until a token is taken", () => {
    expect(refill(undefined, { count: 5, periodMs: 1_000 }, NOW)).toEqual({ tokens: 5, updatedAt: NOW });
  });

  test("fills evenly, up to its count", () => {
    const rate = { count: 5, periodMs: 1_000 };
    const after = (ms: number) => refill({ tokens: 0, updatedAt: NOW }, rate, NOW + ms).tokens;
    expect([0, 100, 200, 900, 1_000, 9_999].map(after)).toEqual([0, 0.5, 1, 4.5, 5, 5]);
  });

  test("neither gains nor loses tokens when the clock is set back, and follows the clock", () => {
    expect(refill({ tokens: 2, updatedAt: NOW + 5_000 }, { count: 5, periodMs: 1_000 }, NOW)).toEqual({
      tokens: 2,
      updatedAt: NOW,
    });
  });

  test("has a whole token at the time that it gives, and not before", () => {
    fc.assert(
      fc.property(rates, fc.double({ min: 0, max: 0.999, noNaN: true }), (rate, tokens) => {
        const at = nextTokenAt(tokens, rate, NOW);
        const tokensAt = (time: number) => refill({ tokens, updatedAt: NOW }, rate, time).tokens;
        expect(at).toBeGreaterThan(NOW);
        expect(tokensAt(at)).toBeGreaterThanOrEqual(1 - 1e-9);
        if (at > NOW + 1) expect(tokensAt(at - 1)).toBeLessThan(1);
      }),
    );
  });

  test("never permits more starts than a burst and the time since then allow", () => {
    fc.assert(
      fc.property(rates, fc.array(fc.nat(100_000), { maxLength: 50 }), (rate, waits) => {
        let bucket = refill(undefined, rate, NOW);
        let started = 0;
        for (const wait of waits) {
          const whole = Math.floor(bucket.tokens);
          started += whole;
          bucket = refill({ ...bucket, tokens: bucket.tokens - whole }, rate, bucket.updatedAt + wait);
        }
        const allowed = rate.count + ((bucket.updatedAt - NOW) * rate.count) / rate.periodMs;
        expect(started).toBeLessThanOrEqual(allowed + 1e-6);
      }),
    );
  });

  test("says how long several tokens take", () => {
    const rate = { count: 3, periodMs: 1_000 };
    expect([0, 1, 2, 3, 4].map((count) => durationOfTokens(count, rate))).toEqual([0, 334, 667, 1_000, 1_334]);
  });
});
