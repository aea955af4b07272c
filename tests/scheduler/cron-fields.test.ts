import { expect, test } from "bun:test";
import { Cron } from "croner";
import fc from "fast-check";
import type { RatchetError } from "../../src/domain/errors.ts";
import { checkCron } from "../../src/scheduler/cron-fields.ts";
import { checkTimeZone } from "../../src/scheduler/time-zone.ts";

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
])("takes %p, and so does croner", (expression) => {
  checkCron(expression);
  expect(new Cron(expression, { paused: true }).nextRun()).not.toBeNull();
});

test.each([
  ["0 25 * * *", "  ^^", "hour is 25"],
  ["61 * * * *", "^^", "minute is 61"],
  ["0 0 0 * *", "    ^", "day of the month is 0"],
  ["0 0 * 13 *", "      ^^", "month is 13"],
  ["0 0 * * 8", "        ^", "day of the week is 8"],
  ["0 0 * * MUN", "        ^^^", '"MUN" is no value'],
  ["0 0 * * *,TUES", "          ^^^^", '"TUES" is no value'],
  ["5,,6 * * * *", "  ^", "An item of the minute is missing"],
  ["*/0 * * * *", "  ^", "step of the minute is 0"],
  ["*/ * * * *", " ^", "step of the minute is missing"],
  ["*/61 * * * *", "  ^^", "step of the minute is 61"],
  ["5/15 * * * *", "^", "write 5-59/15"],
  ["1-9/2/2 * * * *", "     ^", "two steps"],
  ["0 22-2 * * *", "  ^^^^", "write 22-23,0-2"],
  ["0 5- * * *", "    ^", "A value is missing"],
  ["+5 * * * *", "^^", '"+5" is no value'],
  ["-5 * * * *", "^^", '"-5" is no value'],
  ["1.5 * * * *", "^^^", '"1.5" is no value'],
  ["0 0 * *", "       ^", "here are 4"],
  ["0 0 0 1 1 * 2030", "            ^^^^", "at most six fields"],
  ["", "^", "here are 0"],
  ["@reboot", "^^^^^^^", "@reboot is not known"],
  ["@daily 5", "       ^", "Nothing can follow @daily"],
  ["\t0 99 * * *", "   ^^", "hour is 99"],
  ["0 0 1,LW * *", "      ^^", "LW can't be in a list"],
  ["0 0 32 * *", "    ^^", "day of the month is 32"],
  ["0 0 * * MON#6", "        ^^^^^", '"MON#6" is no value'],
])("points at the place in %p", (expression, caret, message) => {
  const error = failure(() => checkCron(expression));
  expect(error).toMatchObject({ code: "SCHEDULE_INVALID" });
  const [first, shown, below] = error.message.split("\n");
  expect(first).toContain(message);
  expect(shown).toBe(`  ${expression.replaceAll("\t", " ")}`);
  expect(below).toBe(`  ${caret}`);
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

test("takes every expression of the grammar, and so does croner", () => {
  fc.assert(
    fc.property(expression, (text) => {
      checkCron(text);
      new Cron(text, { paused: true });
    }),
  );
});

test("what it lets through, croner takes; what it refuses has its place inside the expression", () => {
  const noise = fc.string({ unit: fc.constantFrom(..."0123456789*/-,?LW#MON +"), maxLength: 8 });
  const mutated = fc
    .tuple(expression, fc.nat({ max: 30 }), fc.nat({ max: 4 }), noise)
    .map(([text, at, cut, extra]) => text.slice(0, at) + extra + text.slice(at + cut));
  fc.assert(
    fc.property(mutated, (text) => {
      try {
        checkCron(text);
      } catch (error) {
        const { data } = error as RatchetError;
        expect(data.position).toBeGreaterThanOrEqual(0);
        expect(data.position).toBeLessThanOrEqual(text.length);
        return;
      }
      new Cron(text, { paused: true });
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
])("for %s names the nearest", (name, near) => {
  const error = failure(() => checkTimeZone(name));
  expect(error).toMatchObject({ code: "SCHEDULE_INVALID", data: { nearest: near } });
  expect(error.remedy).toContain(near);
});

test.each(["", "Mars/Olympus_Mons_Base", "+02:00", "🙂".repeat(1_000)])("refuses the time zone %p", (name) => {
  expect(failure(() => checkTimeZone(name))).toMatchObject({ code: "SCHEDULE_INVALID" });
});
