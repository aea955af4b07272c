import { defineGlobal } from "./globals.ts";

const { apply, construct } = Reflect;
const { isNaN: isNotANumber } = Number;

/** `Date.now`, whatever the task does to it. */
export const wallClock: () => number = Date.now;

/** A date in the ISO form, or an attempt at one: a year, followed by numbers with hyphens. */
const LIKE_ISO = /^\s*[+-]?\d{4,6}-(\d+)(?:-(\d+))?(.*)$/s;

/**
 * Makes `Date` reject dates that look like ISO dates but whose month or day does not exist. The engine reads them as
 * something else: "2024-060" as the year 60, "2024-00-10" as October 2000.
 */
export function installDate(): void {
  const Native = Date;
  const { parse } = Native;
  const { prototype } = Native;
  function Replacement(...values: unknown[]): Date | string {
    if (new.target === undefined) return Native();
    const [value] = values;
    const given = values.length === 1 && typeof value === "string" ? [correct(value)] : values;
    return construct(Native, given, new.target) as Date;
  }
  const { prototype: _own, ...statics } = Object.getOwnPropertyDescriptors(Native);
  Object.defineProperties(Replacement, statics);
  Object.defineProperty(Replacement, "prototype", { value: prototype, writable: false });
  const corrected = { parse: (text: unknown) => apply(parse, Native, [correct(`${text}`)]) as number };
  Object.defineProperty(Replacement, "parse", { value: corrected.parse, writable: true, configurable: true });
  Object.defineProperty(prototype, "constructor", { value: Replacement, writable: true, configurable: true });
  defineGlobal("Date", Replacement);
  for (const [name, length] of Object.entries(SETTERS)) correctSetter(prototype, name, length);
}

/** The setters, with their `length`. */
const SETTERS = {
  ...{ setDate: 1, setFullYear: 3, setHours: 4, setMilliseconds: 1, setMinutes: 3, setMonth: 2, setSeconds: 2 },
  ...{ setUTCDate: 1, setUTCFullYear: 3, setUTCHours: 4, setUTCMilliseconds: 1, setUTCMinutes: 3, setUTCMonth: 2 },
  setUTCSeconds: 2,
};

/** Makes a setter invalidate the date when a value is not a number. The engine's own returns NaN, but changes nothing. */
function correctSetter(prototype: Date, name: string, length: number): void {
  const { [name]: native, setTime } = prototype as unknown as Record<string, (...values: unknown[]) => number>;
  if (native === undefined || setTime === undefined) return;
  const methods: Record<string, unknown> = {
    [name](this: unknown, ...values: unknown[]): number {
      const time = apply(native, this, values);
      return isNotANumber(time) ? apply(setTime, this, [time]) : time;
    },
  };
  const value = methods[name];
  Object.defineProperty(value, "length", { value: length });
  Object.defineProperty(prototype, name, { value });
}

/** Returns the text itself, or, for a date that does not exist, a text that is not a date. */
function correct(text: string): string {
  const [whole, month = "", day = "1", rest = ""] = LIKE_ISO.exec(text) ?? [];
  if (whole === undefined) return text;
  const isDate = month.length <= 2 && day.length <= 2 && isWithin(month, 12) && isWithin(day, 31);
  if (!isDate) return "";
  // RFC 3339 allows lower-case letters.
  return /^t.*z?$|z$/.test(rest) ? text.replace(/t/, "T").replace(/z$/, "Z") : text;
}

function isWithin(digits: string, most: number): boolean {
  const value = Number(digits);
  return value >= 1 && value <= most;
}
