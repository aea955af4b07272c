import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Schedule } from "../../src/domain/schedule.ts";
import { readCron } from "../../src/scheduler/cron-expression.ts";
import { createCronTimes } from "../../src/scheduler/cron-times.ts";
import { nextFirings } from "../../src/scheduler/next-firings.ts";
import { createZoneClock } from "../../src/scheduler/time-zone.ts";
import { nextTime, planFirings } from "../../src/scheduler/timing.ts";
import { type CronModel, cronModels, expectedFirings, readWallClock, textOf } from "./cron-model.ts";

const times = createCronTimes();

/** Clock changes of many kinds, with some days around each. */
const WINDOWS = [
  ["Europe/Berlin", "2027-03-28"],
  ["Europe/Berlin", "2027-10-31"],
  ["America/New_York", "2027-03-14"],
  ["America/New_York", "2027-11-07"],
  // Half an hour.
  ["Australia/Lord_Howe", "2027-04-04"],
  ["Australia/Lord_Howe", "2027-10-03"],
  // Two hours.
  ["Antarctica/Troll", "2027-03-28"],
  // A skipped day.
  ["Pacific/Apia", "2011-12-30"],
  ["Pacific/Kwajalein", "1993-08-21"],
  // At midnight: a day begins at 01:00, a day ends twice.
  ["America/Sao_Paulo", "2018-11-04"],
  ["America/Sao_Paulo", "2018-02-18"],
  // A minute after midnight.
  ["America/St_Johns", "2006-04-02"],
  ["America/St_Johns", "2006-10-29"],
  // Back for Ramadan, and forward again after it.
  ["Africa/Casablanca", "2026-02-15"],
  ["Africa/Casablanca", "2026-03-22"],
  // Two changes within a week.
  ["Asia/Gaza", "2040-10-23"],
  ["UTC", "2027-03-28"],
] as const;

const windows = WINDOWS.map(([zone, day]) => readWallClock(zone, day, zone === "Asia/Gaza" ? 12 : 4));
const somewhere = fc.constantFrom(...windows);
const models = cronModels(false);

function walk(cron: string, zone: string, after: number, end: number): number[] {
  const found: number[] = [];
  for (let at = times.next(cron, zone, after); at !== null && at <= end; at = times.next(cron, zone, at)) {
    found.push(at);
  }
  return found;
}

const lastOf = ({ from, walls }: (typeof windows)[number]) => from + (walls.length - 1) * 60_000;

function schedule(cron: string, timezone: string, nextAt: number): Schedule {
  return {
    id: 1,
    name: "s",
    taskId: 1,
    version: null,
    inputJson: "{}",
    timing: { kind: "cron", cron, timezone },
    enabled: true,
    pausedReason: null,
    overlap: "allow_all",
    catchUpWindowMs: 30 * 86_400_000,
    jitterMs: 0,
    startAt: null,
    endAt: null,
    pauseOnFailure: false,
    priority: "normal",
    maxRetries: null,
    concurrencyKey: null,
    tags: [],
    everyText: null,
    nextAt,
    lastAt: null,
    createdAt: 0,
    updatedAt: 0,
  };
}

describe("firings around clock changes match a wall clock that is read every minute", () => {
  const property = (check: (model: CronModel, window: (typeof windows)[number], all: number[]) => void, runs = 400) =>
    fc.assert(
      fc.property(models, somewhere, (model, window) => check(model, window, expectedFirings(model, window))),
      { numRuns: runs },
    );

  test("one after the other", () => {
    property((model, window, all) => {
      expect(walk(textOf(model), window.zone, window.from, lastOf(window))).toEqual(all);
    });
  });

  test("from any moment, and back from any moment", () => {
    fc.assert(
      fc.property(models, somewhere, fc.double({ min: 0, max: 1, noNaN: true }), (model, window, share) => {
        const cron = textOf(model);
        const all = expectedFirings(model, window);
        const at = Math.floor(window.from + share * (lastOf(window) - window.from));
        const next = all.find((time) => time > at);
        if (next !== undefined) expect(times.next(cron, window.zone, at)).toBe(next);
        const earlier = all.filter((time) => time < at).reverse();
        for (const count of [1, 2, 7]) {
          const expected = earlier[count - 1];
          if (expected !== undefined) expect(times.back(cron, window.zone, at, count)).toBe(expected);
        }
      }),
      { numRuns: 400 },
    );
  });

  test("previews", () => {
    property((model, { zone, from }, all) => {
      const planned = schedule(textOf(model), zone, 0);
      const count = Math.min(all.length, 60);
      expect(nextFirings(planned, times, from, count).map(({ at }) => at)).toEqual(all.slice(0, count));
    }, 100);
  });

  test("ranges to backfill", () => {
    property((model, window, all) => {
      const planned = schedule(textOf(model), window.zone, 0);
      const [first, last] = [all[1], all.at(-2)];
      if (first === undefined || last === undefined || last < first) return;
      const found: number[] = [];
      for (let at = nextTime(planned, times, first - 1); at !== null && at <= last; at = nextTime(planned, times, at)) {
        found.push(at);
      }
      expect(found).toEqual(all.slice(1, -1));
    }, 100);
  });

  test("catching up", () => {
    property((model, window, all) => {
      const [first] = all;
      if (first === undefined) return;
      const plan = planFirings(schedule(textOf(model), window.zone, first), times, lastOf(window));
      expect(plan.firings).toEqual(all.slice(-1_000));
    }, 150);
  });
});

test.each([
  ["* 2 * * *", false],
  ["*/15 2 * * *", false],
  ["30 * * * *", false],
  ["30 */2 * * *", false],
  ["? 2 * * *", false],
  ["@hourly", false],
  ["30 2 * * *", true],
  ["30 2,14 * * *", true],
  ["5/15 2 * * *", true],
  ["0-30/10 1-3 * * *", true],
  ["0-59 0-23 * * *", true],
  ["30 22-23,0 * * *", true],
  ["*/10 30 2 * * *", true],
  ["@daily", true],
])("%p is fixed: %p", (expression, fixed) => {
  expect(readCron(expression).fixed).toBe(fixed);
});

test.each([
  ["30 2 * * *", ["03:00+02:00"], ["02:30+02:00"]],
  ["30 2,14 * * *", ["03:00+02:00", "14:30+02:00"], ["02:30+02:00", "14:30+01:00"]],
  ["0,30 2,3 * * *", ["03:00+02:00", "03:30+02:00"], ["02:00+02:00", "02:30+02:00", "03:00+01:00", "03:30+01:00"]],
  ["5/25 2 * * *", ["03:00+02:00"], ["02:05+02:00", "02:30+02:00", "02:55+02:00"]],
  ["*/30 2 * * *", [], ["02:00+02:00", "02:30+02:00", "02:00+01:00", "02:30+01:00"]],
  ["*/20 30 2 * * *", ["03:00+02:00"], ["02:30+02:00", "02:30:20+02:00", "02:30:40+02:00"]],
])("in Berlin %p fires in spring at %p and in autumn at %p", (cron, spring, autumn) => {
  const zone = createZoneClock("Europe/Berlin");
  const on = (day: string) =>
    walk(cron, "Europe/Berlin", Date.parse(`${day}T00:00:00Z`) - 3 * 3_600_000, Date.parse(`${day}T22:00:00Z`))
      .map((at) => zone.format(at))
      .filter((local) => local.startsWith(day))
      .map((local) => local.slice(11).replace(/(\d\d:\d\d):00/, "$1"));
  expect(on("2027-03-28")).toEqual([...spring]);
  expect(on("2027-10-31")).toEqual([...autumn]);
});

test("a zone whose clocks were off by seconds keeps them", () => {
  // Monrovia was 44 minutes and 30 seconds behind until 1972.
  const at = times.next("0 12 * * *", "Africa/Monrovia", Date.parse("1971-06-01T00:00:00Z")) ?? 0;
  expect(new Date(at).toISOString()).toBe("1971-06-01T12:44:30.000Z");
});

test("no firing comes after the year 2999, and no time causes a failure", () => {
  for (const after of [Date.UTC(2999, 11, 31, 23), Date.UTC(3000, 0, 1), 8_640_000_000_000_000]) {
    expect(times.next("0 0 * * *", "Europe/Berlin", after)).toBeNull();
    expect(times.next("* * * * *", "America/New_York", after + 1_000)).toBeOneOf([null, after + 60_000]);
  }
});
