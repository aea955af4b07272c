import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseRetryAfter } from "../../../src/http/chain/retry-after.ts";
import { RetryBudget } from "../../../src/http/chain/retry-budget.ts";
import { retryDelay } from "../../../src/http/chain/retry-delay.ts";

describe("Retry-After", () => {
  const NOW = Date.UTC(1994, 10, 6, 8, 49, 0);

  test.each([
    ["0", 0],
    ["120", 120_000],
    [" 7 ", 7_000],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 37_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 37_000],
    ["Sun Nov  6 08:49:37 1994", 37_000],
    ["sun, 06 nov 1994 08:49:37 gmt", 37_000],
    ["Sun, 06 Nov 1994 08:48:00 GMT", 0],
    ["Sunday, 06-Nov-45 08:49:37 GMT", 0],
    ["Sat, 31 Dec 1994 23:59:60 GMT", Date.UTC(1995, 0, 1) - NOW],
  ])("%p is %d ms", (value, ms) => {
    expect(parseRetryAfter(value, NOW)).toBe(ms);
  });

  test.each([
    ...["", "soon", "-1", "1.5", "1e3", "0x10", "9".repeat(16), "1994-11-06T08:49:37Z"],
    ...["Sun, 31 Feb 1994 08:49:37 GMT", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT"],
    ...["Sun, 06 Nov 1994 08:49:37 CET", "Sun, 06 Nov 1994 08:60:37 GMT", "06 Nov 1994 08:49:37 GMT"],
  ])("%p is not a time", (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined();
  });

  test("reads every date that HTTP can express, in all three forms", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2060-01-01"), noInvalidDate: true }), (date) => {
        const whole = Math.floor(date.getTime() / 1_000) * 1_000;
        const imf = new Date(whole).toUTCString();
        expect(parseRetryAfter(imf, whole - 5_000)).toBe(5_000);
        const [, day = "", month = "", year = "", clock = ""] = imf.split(" ");
        expect(parseRetryAfter(`Monday, ${day}-${month}-${year.slice(2)} ${clock} GMT`, whole - 5_000)).toBe(5_000);
        expect(parseRetryAfter(`Mon ${month} ${day.replace(/^0/, " ")} ${clock} ${year}`, whole - 5_000)).toBe(5_000);
      }),
    );
  });

  test("never throws, and is never negative or infinite", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const ms = parseRetryAfter(value, NOW);
        expect(ms === undefined || (Number.isFinite(ms) && ms >= 0)).toBe(true);
      }),
    );
  });
});

describe("the delay before a retry", () => {
  const SETTINGS = { delayMs: 100, maxDelayMs: 10_000 };
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test("is anywhere between nothing and twice the one before", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), random, (retry, share) => {
        const delay = retryDelay(SETTINGS, retry, share, undefined) ?? Number.NaN;
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(Math.min(10_000, 100 * 2 ** (retry - 1)));
      }),
    );
    expect(retryDelay(SETTINGS, 3, 0.5, undefined)).toBe(200);
  });

  test("is never shorter than the server asks for, and a longer wait than the longest delay is refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), random, (asked, share) => {
        const delay = retryDelay(SETTINGS, 1, share, asked);
        if (asked > 10_000) return expect(delay).toBeUndefined();
        expect(delay).toBeGreaterThanOrEqual(asked);
        expect(delay).toBeLessThanOrEqual(Math.min(10_000, asked + 100));
      }),
    );
  });
});

test("retries never exceed a fifth of the calls of 10 seconds, or 10", () => {
  const step = fc.record({ passMs: fc.nat(3_000), call: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      let now = 0;
      const budget = new RetryBudget(20, () => now);
      const calls: number[] = [];
      const retries: number[] = [];
      const latest = (times: number[]) => times.filter((at) => Math.floor(now / 1_000) - Math.floor(at / 1_000) < 10);
      for (const { passMs, call } of steps) {
        now += passMs;
        if (call) {
          budget.addCall();
          calls.push(now);
          continue;
        }
        const allowed = latest(retries).length < Math.max(10, Math.floor(latest(calls).length / 5));
        expect(budget.take()).toBe(allowed);
        if (allowed) retries.push(now);
      }
    }),
  );
});
