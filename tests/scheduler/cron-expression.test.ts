import { expect, test } from "bun:test";
import { Cron } from "croner";
import fc from "fast-check";
import type { RatchetError } from "../../src/domain/errors.ts";
import { readCron } from "../../src/scheduler/cron-expression.ts";
import { createCronTimes } from "../../src/scheduler/cron-times.ts";
import { checkTimeZone } from "../../src/scheduler/time-zone.ts";
import { cronModels, expectedFirings, readWallClock, textOf } from "./cron-model.ts";

function failure(run: () => unknown): RatchetError {
  try {
    run();
  } catch (error) {
    return error as RatchetError;
  }
  throw new Error("nothing was thrown");
}

test.each([
  "* * * * *",
  "*/15 2 * * *",
  "30 2 * * MON-FRI",
  "0 0 1,15 jan-MAR,12 ?",
  "0 0 L * *",
  "0 0 15W * *",
  "0 0 LW * *",
  "0 0 * * 5L",
  "0 0 * * MON#2",
  "0 0 * * 7",
  "10-50/20 0 * * *",
  "  5   4  * * *  ",
  "*/10 * * * * *",
  "@daily",
  "@HOURLY",
  "5/15 * * * *",
  "0 9 * * FRI-SUN",
  "0 0 1 NOV-FEB *",
])("accepts %p, and so does croner", (expression) => {
  expect(new Cron(readCron(expression).pattern, { paused: true }).nextRun()).not.toBeNull();
});

test.each([
  ["0 25 * * *", "  ^^", "hour is 25"],
  ["61 * * * *", "^^", "minute is 61"],
  ["0 0 0 * *", "    ^", "day of the month is 0"],
  ["0 0 * 13 *", "      ^^", "month is 13"],
  ["0 0 * * 8", "        ^", "day of the week is 8"],
  ["0 0 * * MUN", "        ^^^", '"MUN" is not a value'],
  ["0 0 * * *,TUES", "          ^^^^", '"TUES" is not a value'],
  ["5,,6 * * * *", "  ^", "An item of the minute is missing"],
  ["*/0 * * * *", "  ^", "step of the minute is 0"],
  ["*/ * * * *", " ^", "step of the minute is missing"],
  ["*/61 * * * *", "  ^^", "step of the minute is 61"],
  ["0 0 * * */8", "          ^", "step of the day of the week is 8; it must be from 1 to 7"],
  ["1-9/2/2 * * * *", "     ^", "two steps"],
  ["0 22-2 * * *", "  ^^^^", "write 22-23,0-2"],
  ["0 22-2 * * 9", "  ^^^^", "The range of the hour runs backwards."],
  ["H * * * *", "^", "H, a number that is chosen for you, is not supported in the minute: write "],
  ["H(9) * * * *", "^^^^", "is not supported in the minute."],
  ["H * 0 * *", "^", "is not supported in the minute."],
  ["0 5- * * *", "    ^", "A value is missing"],
  ["+5 * * * *", "^^", '"+5" is not a value'],
  ["-5 * * * *", "^^", '"-5" is not a value'],
  ["1.5 * * * *", "^^^", '"1.5" is not a value'],
  ["0 0 * *", "       ^", "this one has 4"],
  ["0 0 0 1 1 * 2030", "            ^^^^", "at most six fields"],
  ["", "^", "this one has 0"],
  ["@reboot", "^^^^^^^", "@reboot is unknown"],
  ["@daily 5", "       ^", "Nothing can follow @daily"],
  ["\t0 99 * * *", "   ^^", "hour is 99"],
  ["0 0 1,LW * *", "      ^^", "LW can't be in a list"],
  ["0 0 32 * *", "    ^^", "day of the month is 32"],
  ["0 0 * * MON#6", "        ^^^^^", '"MON#6" is not a value'],
])("points at the mistake in %p", (expression, caret, message) => {
  const error = failure(() => readCron(expression));
  expect(error).toMatchObject({ code: "SCHEDULE_INVALID" });
  const [first, shown, below] = error.message.split("\n");
  expect(first).toContain(message);
  expect(shown).toBe(`  ${expression.replaceAll("\t", " ")}`);
  expect(below).toBe(`  ${caret}`);
});

test.each([
  ["0 9 * * FRI-SUN", [0, 5, 6]],
  ["0 9 * * fri-mon", [0, 1, 5, 6]],
  ["0 9 * * SUN-TUE", [0, 1, 2]],
  ["0 9 * * 6-SUN", [0, 6]],
  ["0 9 * * SAT-SAT", [6]],
  ["0 9 * * FRI-THU/2", [0, 2, 4, 5]],
  ["0 9 * * MON/2", [1, 3, 5]],
  ["0 9 * * SUN/2", [0, 2, 4, 6]],
  ["0 9 * * 7/2", [0, 2, 4, 6]],
])("%s fires on these days of the week: %p", (text, days) => {
  const found = firings(text, SUNDAY - 1, SUNDAY + 7 * 86_400_000);
  expect(found.map((time) => new Date(time).getUTCDay())).toEqual([...days]);
});

/** 2026-11-01 is a Sunday. */
const SUNDAY = Date.UTC(2026, 10, 1);
const times = createCronTimes();

/** Returns all firings after a moment, in UTC. */
function firings(text: string, after: number, end: number): number[] {
  const found: number[] = [];
  for (let at = times.next(text, "UTC", after); at !== null && at < end; at = times.next(text, "UTC", at)) {
    found.push(at);
  }
  return found;
}

test("a range that wraps around the end of its field fires as intended: as written, or as the error suggests", () => {
  const week = readWallClock("UTC", "2026-11-01", 3);
  let refused = 0;
  fc.assert(
    fc.property(cronModels(true), (model) => {
      let text = textOf(model);
      try {
        readCron(text);
      } catch (error) {
        const { data, remedy } = error as RatchetError;
        text = String(data.suggestion);
        expect(remedy).toBe(`Write "${text}".`);
        refused += 1;
      }
      expect(firings(text, week.from, week.from + week.walls.length * 60_000)).toEqual(expectedFirings(model, week));
    }),
    { numRuns: 400 },
  );
  expect(refused).toBeGreaterThan(50);
});

test.each([
  ["H * * * *", 1, [0, 59]],
  ["H/15 * * * *", 4, [0, 59]],
  ["H(10-40) * * * *", 1, [10, 40]],
  ["H(10-29)/10 * * * *", 2, [10, 29]],
  ["5,H(10-29)/10 * * * *", 3, [5, 29]],
] as const)("for %p it suggests numbers that fire %p times per hour, within %p", (text, count, [least, most]) => {
  const { data } = failure(() => readCron(text));
  const found = firings(String(data.suggestion), SUNDAY - 1, SUNDAY + 3_600_000);
  const minutes = found.map((at) => new Date(at).getUTCMinutes());
  expect(minutes.length).toBe(count);
  expect(Math.min(...minutes)).toBeGreaterThanOrEqual(least);
  expect(Math.max(...minutes)).toBeLessThanOrEqual(most);
});

test("replaces H in all fields, with the same numbers every time", () => {
  const { data } = failure(() => readCron("H H H * *"));
  expect(data.suggestion).toMatch(/^\d+ \d+ \d+ \* \*$/);
  expect(failure(() => readCron("H H H * *")).data.suggestion).toBe(data.suggestion);
  // Every month has this day.
  expect(firings(String(data.suggestion), SUNDAY, SUNDAY + 365 * 86_400_000)).toHaveLength(12);
});

test("suggests nothing that would be rejected for another reason, or mean something else", () => {
  for (const text of ["H 25 * * *", "0 22-2 * * MUN", "H(70-80) * * * *", "H/0 * * * *", "*/61 * * * *"]) {
    expect(failure(() => readCron(text)).data).not.toHaveProperty("suggestion");
  }
  expect(failure(() => readCron("@every 5m")).remedy).toBe('Write "every": "5m" instead of "cron".');
  expect(failure(() => readCron("@every 10ms")).remedy).not.toContain("every");
});

const field = (min: number, max: number) => {
  const n = fc.integer({ min, max });
  const range = fc.tuple(n, n).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`);
  const star = fc.constant("*");
  const stepped = fc
    .tuple(fc.oneof(star, range), fc.integer({ min: 1, max: max - min + 1 }))
    .map(([a, s]) => `${a}/${s}`);
  const item = fc.oneof(star, n.map(String), range, stepped);
  return fc.array(item, { minLength: 1, maxLength: 3 }).map((items) => items.join(","));
};
const expression = fc
  .tuple(field(0, 59), field(0, 23), field(1, 31), field(1, 12), field(0, 6))
  .map((fields) => fields.join(" "));

test("accepts every expression of the grammar, and so does croner", () => {
  fc.assert(
    fc.property(expression, (text) => {
      new Cron(readCron(text).pattern, { paused: true });
    }),
  );
});

test("croner accepts what it accepts; every error has a position inside the expression", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."0123456789*/-,?LW#MON +"), maxLength: 8 });
  const mutated = fc
    .tuple(expression, fc.nat({ max: 30 }), fc.nat({ max: 4 }), noise)
    .map(([text, at, cut, extra]) => text.slice(0, at) + extra + text.slice(at + cut));
  fc.assert(
    fc.property(mutated, (text) => {
      let pattern: string;
      try {
        pattern = readCron(text).pattern;
      } catch (error) {
        const { data } = error as RatchetError;
        expect(data.position).toBeGreaterThanOrEqual(0);
        expect(data.position).toBeLessThanOrEqual(text.length);
        return;
      }
      new Cron(pattern, { paused: true });
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ["Europe/Berlin", "Europe/Berlin"],
  ["europe/berlin", "Europe/Berlin"],
  ["UTC", "UTC"],
])("knows the time zone %s", (name, usual) => {
  expect(checkTimeZone(name)).toBe(usual);
});

test.each([
  ["Europe/Berln", "Europe/Berlin"],
  ["Berlin", "Europe/Berlin"],
  ["new york", "America/New_York"],
  ["Amercia/Chicago", "America/Chicago"],
])("suggests the nearest name for %s", (name, near) => {
  const error = failure(() => checkTimeZone(name));
  expect(error).toMatchObject({ code: "SCHEDULE_INVALID", data: { nearest: near } });
  expect(error.remedy).toContain(near);
});

test("the zone that it suggests for an offset has that offset", () => {
  const shown = (timeZone: string) => new Date(0).toLocaleTimeString("en-GB", { timeZone });
  for (const prefix of ["GMT", "utc"]) {
    for (const hours of [-12, -9, -1, 1, 2, 10, 14]) {
      const name = `${prefix}${hours < 0 ? "-" : "+"}${Math.abs(hours)}`;
      const near = String(failure(() => checkTimeZone(name)).data?.nearest);
      expect([name, shown(checkTimeZone(near))]).toEqual([name, `${String((24 + hours) % 24).padStart(2, "0")}:00:00`]);
    }
  }
  expect(failure(() => checkTimeZone("GMT+15")).remedy).not.toContain("Etc/GMT+15");
});

test.each(["", "Mars/Olympus_Mons_Base", "+02:00", "🙂".repeat(1_000)])("rejects the time zone %p", (name) => {
  expect(failure(() => checkTimeZone(name))).toMatchObject({ code: "SCHEDULE_INVALID" });
});
