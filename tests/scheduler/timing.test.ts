import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { MAX_CATCH_UP_FIRINGS, type Schedule, type ScheduleTiming } from "../../src/domain/schedule.ts";
import { type CronTimes, createCronTimes } from "../../src/scheduler/cron-times.ts";
import { nextFirings } from "../../src/scheduler/next-firings.ts";
import { jitterOf, nextTime, planFirings } from "../../src/scheduler/timing.ts";

const times = createCronTimes();
const at = (text: string): number => Date.parse(text);

function schedule(timing: ScheduleTiming, more: Partial<Schedule> = {}): Schedule {
  return {
    id: 1,
    name: "s",
    taskId: 1,
    version: null,
    inputJson: "{}",
    timing,
    enabled: true,
    pausedReason: null,
    overlap: "skip",
    catchUpWindowMs: 3_600_000,
    jitterMs: 0,
    startAt: null,
    endAt: null,
    pauseOnFailure: false,
    priority: "normal",
    maxRetries: null,
    concurrencyKey: null,
    tags: [],
    everyText: null,
    nextAt: null,
    lastAt: null,
    createdAt: at("2026-01-01T00:00:00Z"),
    updatedAt: 0,
    ...more,
  };
}

const cron = (text: string, timezone = "Europe/Berlin"): ScheduleTiming => ({ kind: "cron", cron: text, timezone });

const zones = fc.constantFrom(
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "America/Sao_Paulo",
  "Pacific/Apia",
  "Africa/Casablanca",
  "Antarctica/Troll",
);
const part = (max: number, step: number) =>
  fc.oneof(
    fc.constant("*"),
    fc.nat({ max }).map(String),
    fc.integer({ min: 1, max: step }).map((n) => `*/${n}`),
  );
const crons = fc.tuple(
  part(59, 30),
  part(23, 12),
  fc.constantFrom("*", "*", "1", "L"),
  fc.constantFrom("*", "3", "10"),
);

test("the plan only moves forward, never fires twice for one moment, and does not depend on the moment of the query", () => {
  const timings = fc.oneof(
    fc.tuple(crons, zones).map(([[m, h, d, mo], zone]) => cron(`${m} ${h} ${d} ${mo} *`, zone)),
    fc.integer({ min: 1_000, max: 10_000_000 }).map((everyMs): ScheduleTiming => ({ kind: "every", everyMs })),
  );
  // Near changes of daylight saving, and anywhere.
  const starts = fc.oneof(
    fc
      .tuple(fc.constantFrom("2027-03-28", "2027-10-31", "2027-03-14", "2027-11-07", "2027-04-04"), fc.nat(172_800_000))
      .map(([day, ms]) => at(`${day}T00:00:00Z`) - 86_400_000 + ms),
    fc.integer({ min: at("2024-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }),
  );
  fc.assert(
    fc.property(timings, starts, fc.nat(7_200_000), (timing, start, jump) => {
      const planned = schedule(timing);
      let previous = start;
      const seen: number[] = [];
      for (let n = 0; n < 12; n++) {
        const next = nextTime(planned, times, previous);
        if (next === null) break;
        expect(next).toBeGreaterThan(previous);
        seen.push(next);
        previous = next;
      }
      // From a moment in between, the plan yields the same firing.
      const between = start + jump;
      const expected = seen.find((time) => time > between);
      if (expected !== undefined) expect(nextTime(planned, times, between)).toBe(expected);
    }),
    { numRuns: 300 },
  );
});

describe("start, end and anchors", () => {
  test("an interval keeps its rhythm from its start", () => {
    const every = schedule({ kind: "every", everyMs: 60_000 }, { startAt: at("2026-01-01T00:00:30Z") });
    expect(nextTime(every, times, 0)).toBe(at("2026-01-01T00:00:30Z"));
    expect(nextTime(every, times, at("2026-01-01T00:00:30Z"))).toBe(at("2026-01-01T00:01:30Z"));
    expect(nextTime(every, times, at("2026-01-01T09:15:00Z"))).toBe(at("2026-01-01T09:15:30Z"));
  });

  test("start and end are inclusive, later firings are excluded", () => {
    const hourly = schedule(cron("0 * * * *", "UTC"), {
      startAt: at("2026-01-01T05:00:00Z"),
      endAt: at("2026-01-01T06:00:00Z"),
    });
    expect(nextTime(hourly, times, 0)).toBe(at("2026-01-01T05:00:00Z"));
    expect(nextTime(hourly, times, at("2026-01-01T05:00:00Z"))).toBe(at("2026-01-01T06:00:00Z"));
    expect(nextTime(hourly, times, at("2026-01-01T06:00:00Z"))).toBeNull();
  });

  test("a one-shot fires once", () => {
    const once = schedule({ kind: "at", at: 1_000 });
    expect(nextTime(once, times, 999)).toBe(1_000);
    expect(nextTime(once, times, 1_000)).toBeNull();
  });
});

describe("catching up", () => {
  const minutely = (nextAt: string, more: Partial<Schedule> = {}) =>
    schedule(cron("* * * * *", "UTC"), { nextAt: at(nextAt), ...more });

  test("catches up within the window and reports the rest", () => {
    const plan = planFirings(
      minutely("2026-01-01T00:00:00Z", { catchUpWindowMs: 120_000 }),
      times,
      at("2026-01-01T00:10:30Z"),
    );
    expect(plan.firings.map((time) => new Date(time).toISOString().slice(11, 16))).toEqual(["00:09", "00:10"]);
    expect(plan.missed).toEqual({ count: 9, first: at("2026-01-01T00:00:00Z"), last: at("2026-01-01T00:08:00Z") });
    expect(plan.next?.at).toBe(at("2026-01-01T00:11:00Z"));
  });

  test("an empty window still fires what is due right now", () => {
    const plan = planFirings(
      minutely("2026-01-01T00:10:00Z", { catchUpWindowMs: 0 }),
      times,
      at("2026-01-01T00:10:00Z"),
    );
    expect(plan.firings).toEqual([at("2026-01-01T00:10:00Z")]);
  });

  test.each([
    ["every second for a year", { kind: "every", everyMs: 1_000 } as const],
    ["a cron of every second for a year", cron("* * * * * *", "UTC")],
  ])("after %s of downtime it catches up the latest firings only, without counting them all", (_, timing) => {
    const now = at("2027-01-01T00:00:00Z");
    const off = schedule(timing, { nextAt: at("2026-01-01T00:00:00Z"), catchUpWindowMs: 400 * 86_400_000 });
    let asked = 0;
    const counted: CronTimes = {
      next(...given) {
        asked += 1;
        return times.next(...given);
      },
      back(...given) {
        asked += given[3];
        return times.back(...given);
      },
    };
    const plan = planFirings(off, counted, now);
    expect(asked).toBeLessThan(4 * MAX_CATCH_UP_FIRINGS);
    expect(plan.firings.length).toBe(MAX_CATCH_UP_FIRINGS);
    expect(plan.firings.at(-1)).toBe(now);
    expect(plan.firings[0]).toBe(now - (MAX_CATCH_UP_FIRINGS - 1) * 1_000);
    expect(plan.next?.at).toBe(now + 1_000);
    expect(plan.missed?.first).toBe(at("2026-01-01T00:00:00Z"));
  });

  test("jitter delays a firing by the same time on every query", () => {
    const jittered = { id: 7, jitterMs: 30_000 };
    const delays = Array.from({ length: 200 }, (_, n) => jitterOf(jittered, n * 60_000));
    expect(delays).toEqual(Array.from({ length: 200 }, (_, n) => jitterOf(jittered, n * 60_000)));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThanOrEqual(30_000);
    expect(new Set(delays).size).toBeGreaterThan(150);
  });
});

describe("next, where the clocks change in Berlin", () => {
  const next = (expression: string, after: string, count: number) =>
    nextFirings(schedule(cron(expression)), times, at(after), count).map(({ local, note }) => [local, note]);

  test("spring: moved", () => {
    expect(next("30 2 * * *", "2027-03-27T12:00:00Z", 2)).toEqual([
      [
        "2027-03-28T03:00:00+02:00",
        "clocks go forward: 02:30 does not exist on 2027-03-28 in Europe/Berlin; fires at 03:00 instead",
      ],
      ["2027-03-29T02:30:00+02:00", undefined],
    ]);
  });

  test("spring: skipped", () => {
    const [first] = next("*/15 2 * * *", "2027-03-27T12:00:00Z", 1);
    expect(first?.[0]).toBe("2027-03-29T02:00:00+02:00");
    expect(first?.[1]).toContain("02:00, 02:15, 02:30, 02:45 do not exist on 2027-03-28");
    expect(first?.[1]).toContain("no separate firing");
  });

  test("a change before the schedule begins does not concern it", () => {
    const later = { ...schedule(cron("30 2 * * *")), startAt: at("2027-04-10T00:00:00Z") };
    expect(nextFirings(later, times, at("2027-03-01T00:00:00Z"), 1)).toEqual([
      { at: at("2027-04-10T00:30:00Z"), local: "2027-04-10T02:30:00+02:00" },
    ]);
  });

  test("autumn: once", () => {
    expect(next("30 2 * * *", "2027-10-30T12:00:00Z", 2)).toEqual([
      [
        "2027-10-31T02:30:00+02:00",
        "clocks go back: 02:30 occurs twice on 2027-10-31 in Europe/Berlin; fires the first time only",
      ],
      ["2027-11-01T02:30:00+01:00", undefined],
    ]);
  });

  test("autumn: twice", () => {
    const list = next("*/30 * * * *", "2027-10-30T23:40:00Z", 5);
    expect(list.map(([local]) => local)).toEqual([
      "2027-10-31T02:00:00+02:00",
      "2027-10-31T02:30:00+02:00",
      "2027-10-31T02:00:00+01:00",
      "2027-10-31T02:30:00+01:00",
      "2027-10-31T03:00:00+01:00",
    ]);
    expect(list.map(([, note]) => note?.match(/first|second/)?.[0])).toEqual([
      "first",
      "first",
      "second",
      "second",
      undefined,
    ]);
  });

  test("other days have no note", () => {
    expect(next("0 12 * * *", "2027-03-27T00:00:00Z", 4).map(([, note]) => note)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });
});
