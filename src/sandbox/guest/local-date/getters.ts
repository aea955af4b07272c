import { methodNamed, replaceMethod, timeOf } from "./methods.ts";
import { offsetAt } from "./zone-offsets.ts";

const { apply } = Reflect;
const { isNaN: isNotANumber } = Number;
const NAMES = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds"];
const MINUTE = 60_000;
const MOST_TIME = 8.64e15;
/** The calendar repeats itself, weekdays too, after 400 years: this many ms. */
const CYCLE = 146_097 * 86_400_000;

/** Makes the getters of Date for local time follow the task's time zone. */
export function defineLocalGetters(): void {
  const scratch = new Date(0);
  const setTime = methodNamed("setTime");
  for (const name of NAMES) {
    const getUtc = methodNamed(`getUTC${name}`);
    const years = name === "FullYear" ? 400 : 0;
    replaceMethod(`get${name}`, 0, (self) => {
      const time = timeOf(self);
      if (isNotANumber(time)) return Number.NaN;
      const local = time + offsetAt(time);
      // The local time of the first and the last moments is beyond the range of Date.
      const cycles = local > MOST_TIME ? 1 : local < -MOST_TIME ? -1 : 0;
      apply(setTime, scratch, [local - cycles * CYCLE]);
      return (apply(getUtc, scratch, []) as number) + cycles * years;
    });
  }
  const fullYear = methodNamed("getFullYear");
  replaceMethod("getYear", 0, (self) => (apply(fullYear, self, []) as number) - 1900);
  replaceMethod("getTimezoneOffset", 0, (self) => {
    const time = timeOf(self);
    return isNotANumber(time) ? Number.NaN : -Math.trunc(offsetAt(time) / MINUTE) + 0;
  });
}
