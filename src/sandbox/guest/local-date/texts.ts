import { methodNamed, replaceMethod, timeOf } from "./methods.ts";
import { offsetAt, zoneNameAt } from "./zone-offsets.ts";

const { apply } = Reflect;
const { isNaN: isNotANumber } = Number;
const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const MINUTE = 60_000;

/** Makes the texts of Date follow the task's time zone: https://tc39.es/ecma262/#sec-todatestring */
export function defineLocalTexts(): void {
  const [fullYear, month, date, day, hours, minutes, seconds] = [
    ...["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds"].map((name) => methodNamed(`get${name}`)),
  ] as [Getter, Getter, Getter, Getter, Getter, Getter, Getter];
  const dateText = (self: unknown) => {
    const year = apply(fullYear, self, []);
    const digits = `${year < 0 ? "-" : ""}${pad(Math.abs(year), 4)}`;
    const weekday = WEEKDAYS[apply(day, self, [])];
    return `${weekday} ${MONTHS[apply(month, self, [])]} ${pad(apply(date, self, []), 2)} ${digits}`;
  };
  const timeText = (self: unknown, time: number) => {
    const offset = Math.trunc(offsetAt(time) / MINUTE);
    const size = Math.abs(offset);
    const zone = `GMT${offset < 0 ? "-" : "+"}${pad(Math.trunc(size / 60), 2)}${pad(size % 60, 2)} (${zoneNameAt(time)})`;
    const clock = [hours, minutes, seconds].map((getter) => pad(apply(getter, self, []), 2)).join(":");
    return `${clock} ${zone}`;
  };
  const valid = (work: (self: unknown, time: number) => string) => (self: unknown) => {
    const time = timeOf(self);
    return isNotANumber(time) ? "Invalid Date" : work(self, time);
  };
  replaceMethod("toDateString", 0, valid(dateText));
  replaceMethod("toTimeString", 0, valid(timeText));
  replaceMethod(
    "toString",
    0,
    valid((self, time) => `${dateText(self)} ${timeText(self, time)}`),
  );
}

type Getter = () => number;

function pad(number: number, length: number): string {
  return `${number}`.padStart(length, "0");
}
