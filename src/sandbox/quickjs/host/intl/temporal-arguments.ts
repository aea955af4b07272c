import { MalformedCall, textOf } from "./arguments.ts";

/** The classes of Temporal that can be formatted, each with the function that reads its text. */
const CLASSES = {
  Duration: (text: string) => Temporal.Duration.from(text),
  Instant: (text: string) => Temporal.Instant.from(text),
  PlainDate: (text: string) => Temporal.PlainDate.from(text),
  PlainDateTime: (text: string) => Temporal.PlainDateTime.from(text),
  PlainMonthDay: (text: string) => Temporal.PlainMonthDay.from(text),
  PlainTime: (text: string) => Temporal.PlainTime.from(text),
  PlainYearMonth: (text: string) => Temporal.PlainYearMonth.from(text),
  ZonedDateTime: (text: string) => Temporal.ZonedDateTime.from(text),
} as const;

/** What all objects of Temporal have. */
interface TemporalObject {
  toLocaleString(locales: string[], options: object): string;
}

/** Returns the runtime's object for one of the guest's, which comes as `[class, text]`. @throws {MalformedCall} */
export function temporalOf(value: unknown): TemporalObject {
  if (!Array.isArray(value)) throw new MalformedCall("an argument is not a date");
  const [name, text] = value.map(textOf);
  if (name === undefined || text === undefined || !Object.hasOwn(CLASSES, name)) {
    throw new MalformedCall("Temporal has no such class");
  }
  return CLASSES[name as keyof typeof CLASSES](text);
}
