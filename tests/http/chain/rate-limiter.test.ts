import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { RateLimiter } from "../../../src/http/chain/rate-limiter.ts";
import { systemClock } from "../../../src/lib/clock.ts";

describe("a rate limit", () => {
  test("admits no more than its count in any period", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(fc.nat(400), { maxLength: 100 }), (count, steps) => {
        let now = 0;
        const limiter = new RateLimiter({ count, periodMs: 1_000 }, () => now);
        const admitted: number[] = [];
        for (const ms of steps) {
          now += ms;
          const inPeriod = admitted.filter((at) => at > now - 1_000).length;
          expect(limiter.earliest("t") <= now).toBe(inPeriod < count);
          const isAdmitted = limiter.admitNow();
          expect(isAdmitted).toBe(inPeriod < count);
          if (isAdmitted) admitted.push(now);
        }
      }),
    );
  });

  test("lets tasks take turns, and each task's requests begin in their order", async () => {
    const limiter = new RateLimiter({ count: 1, periodMs: 1 }, systemClock.monotonic);
    expect(limiter.admitNow()).toBe(true);
    const order: string[] = [];
    const all = ["a1", "a2", "a3", "b1", "c1"].map(
      (name) => new Promise<void>((resolve) => limiter.enter(name[0] ?? "", () => resolve(void order.push(name)))),
    );
    await Promise.all(all);
    expect(order).toEqual(["a1", "b1", "c1", "a2", "a3"]);
  });

  test("a request that is withdrawn takes no turn", async () => {
    const limiter = new RateLimiter({ count: 1, periodMs: 1 }, systemClock.monotonic);
    limiter.admitNow();
    const began: string[] = [];
    const withdraw = limiter.enter("a", () => began.push("first"));
    const second = new Promise<void>((resolve) => limiter.enter("a", () => resolve(void began.push("second"))));
    withdraw();
    await second;
    expect(began).toEqual(["second"]);
  });

  test("knows when a task's next request can begin", () => {
    let now = 0;
    const limiter = new RateLimiter({ count: 2, periodMs: 1_000 }, () => now);
    expect(limiter.earliest("a")).toBe(0);
    limiter.admitNow();
    now = 300;
    limiter.admitNow();
    expect(limiter.earliest("a")).toBe(1_000);
    const withdrawals = [limiter.enter("a", () => {}), limiter.enter("a", () => {})];
    expect([limiter.earliest("a"), limiter.earliest("b")]).toEqual([2_000, 1_000]);
    for (const withdraw of withdrawals) withdraw();
    expect(limiter.isIdle).toBe(false);
    now = 1_300;
    expect(limiter.isIdle).toBe(true);
  });
});
