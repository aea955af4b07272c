import { methodNamed, replaceMethod, timeOf } from "./methods.ts";
import { offsetAt, utcOf } from "./zone-offsets.ts";

const { apply } = Reflect;
const { isNaN: isNotANumber, isFinite: isFiniteNumber } = Number;
/** The setters for local time, with their `length`. */
const SETTERS = { FullYear: 3, Month: 2, Date: 1, Hours: 4, Minutes: 3, Seconds: 2, Milliseconds: 1 };

/** Makes the setters of Date for local time follow the task's time zone. */
export function defineLocalSetters(): void {
  const setTime = methodNamed("setTime");
  for (const name of Object.keys(SETTERS) as (keyof typeof SETTERS)[]) {
    const setUtc = methodNamed(`setUTC${name}`);
    replaceMethod(`set${name}`, SETTERS[name], (self, values) => {
      const time = timeOf(self);
      // The arguments are converted once, whatever the date is; a value that is absent makes the date invalid.
      const numbers: number[] = [];
      const count = Math.min(Math.max(values.length, 1), SETTERS[name]);
      for (let i = 0; i < count; i++) numbers[i] = +(values[i] as number);
      // Setting the year of an invalid date starts from zero: https://tc39.es/ecma262/#sec-date.prototype.setfullyear
      if (isNotANumber(time) && name !== "FullYear") return Number.NaN;
      // The engine's own setters return NaN then, but leave the date as it was.
      if (!allFinite(numbers)) return apply(setTime, self, [Number.NaN]);
      const scratch = new Date(isNotANumber(time) ? 0 : time + offsetAt(time));
      apply(setUtc, scratch, numbers);
      return apply(setTime, self, [utcOf(timeOf(scratch))]);
    });
  }
  const setFullYear = methodNamed("setFullYear");
  replaceMethod("setYear", 1, (self, [value]) => {
    timeOf(self);
    const year = +(value as number);
    if (isNotANumber(year)) return apply(setTime, self, [Number.NaN]);
    const whole = Math.trunc(year);
    return apply(setFullYear, self, [whole >= 0 && whole <= 99 ? 1900 + whole : whole]);
  });
}

function allFinite(numbers: readonly number[]): boolean {
  for (let i = 0; i < numbers.length; i++) if (!isFiniteNumber(numbers[i])) return false;
  return true;
}
