import { expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_ITEMS } from "../../src/domain/notification.ts";
import { MAX_TRIES, pauseAfter } from "../../src/service/notifications/retry-pauses.ts";
import { expire, offer, throttleOf } from "../../src/service/notifications/throttle.ts";
import type { NotificationWindow } from "../../src/store/contract/notifications.ts";

const item = (n: number) => ({ text: `event ${n}`, time: n, path: "/jobs/1" });

/** Plays events at times against one rule, and looks at the end of each window as a timer does. */
function play(lengthMs: number | undefined, times: readonly number[]) {
  const throttle = throttleOf(lengthMs);
  const sent: { at: number; count: number; listed: number }[] = [];
  let window: NotificationWindow | undefined;
  const send = (at: number, result: ReturnType<typeof offer>) => {
    window = result.window;
    for (const { count, items } of result.send) sent.push({ at, count, listed: items.length });
  };
  const endBefore = (at: number) => {
    if (window !== undefined && window.endsAt <= at) send(window.endsAt, expire(window, throttle, window.endsAt));
  };
  for (const [n, at] of times.entries()) {
    endBefore(at);
    send(at, offer(window, throttle, item(n), at));
  }
  endBefore(Number.MAX_SAFE_INTEGER);
  return sent;
}

const TIMES = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 80 }).map((gaps) => {
  let at = 1_000;
  return gaps.map((gap) => {
    at += gap;
    return at;
  });
});

test("each event is in exactly one message, and no window has more than two", () => {
  fc.assert(
    fc.property(TIMES, fc.integer({ min: 100, max: 2_000 }), (times, lengthMs) => {
      const sent = play(lengthMs, times);
      expect(sent.reduce((sum, { count }) => sum + count, 0)).toBe(times.length);
      // The first event is sent at once.
      expect(sent[0]).toEqual({ at: times[0] ?? 0, count: 1, listed: 1 });
      for (const [at, { count, listed }] of sent.entries()) {
        expect(listed).toBe(Math.min(count, MAX_ITEMS));
        // At once, or at the end of the window that began with the message before.
        const isSingle = times.includes(sent[at]?.at ?? -1) && count === 1;
        expect(isSingle || (sent[at]?.at ?? 0) - (sent[at - 1]?.at ?? 0) === lengthMs).toBe(true);
      }
      for (let at = 2; at < sent.length; at++) {
        expect((sent[at]?.at ?? 0) - (sent[at - 2]?.at ?? 0)).toBeGreaterThanOrEqual(lengthMs);
      }
    }),
  );
});

test("without a window, 60 messages a minute are sent at once, and the rest becomes one message", () => {
  const sent = play(
    undefined,
    Array.from({ length: 100 }, (_, n) => 1_000 + n),
  );
  expect(sent).toHaveLength(61);
  expect(sent.at(-1)).toEqual({ at: 61_000, count: 40, listed: MAX_ITEMS });
  expect(play(0, [1_000, 1_000, 1_000])).toHaveLength(3);
});

test("a clock that was set back ends a window", () => {
  const throttle = throttleOf(1_000);
  const { window } = offer(undefined, throttle, item(1), 100_000);
  const held = offer(window, throttle, item(2), 100_001);
  expect(held.send).toEqual([]);
  expect(expire(held.window, throttle, 5_000).send).toEqual([{ count: 1, items: [item(2)] }]);
});

test("pauses begin at about a second, grow, and end", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 0.999, noNaN: true }), { minLength: 14, maxLength: 14 }),
      (randoms) => {
        const pauses = randoms.map((random, tries) => pauseAfter(tries + 1, random) ?? 0);
        expect(pauses[0]).toBeGreaterThanOrEqual(800);
        expect(pauses[0]).toBeLessThanOrEqual(1_200);
        for (let n = 1; n < 11; n++) expect(pauses[n]).toBeGreaterThan(pauses[n - 1] ?? 0);
        expect(Math.max(...pauses)).toBeLessThanOrEqual(3_600_000);
      },
    ),
  );
  expect(MAX_TRIES).toBeGreaterThanOrEqual(8);
  expect(pauseAfter(MAX_TRIES, 0)).toBeUndefined();
  expect(pauseAfter(1, 0, 30_000)).toBe(30_000);
});
