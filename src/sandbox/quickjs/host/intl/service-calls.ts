import { MalformedCall, numericOf, serviceArguments, textOf, textsOf } from "./arguments.ts";
import { asciiOrder } from "./ascii-order.ts";
import { divide } from "./divide.ts";
import { DEFAULT_LOCALE, type FormatterShelf } from "./formatter-shelf.ts";
import { localeOptions, SERVICES, type ServiceName, serviceOptions } from "./services.ts";
import { temporalOf } from "./temporal-arguments.ts";

/** A method call of a service. */
export interface ServiceCall {
  /** `<service>.<method>` */
  name: string;
  /** The JSON of the service's locales and options. */
  service: string;
  values: readonly unknown[];
}

/** What the types of the runtime lack. */
type RangeRules = Intl.PluralRules & { selectRange: (start: unknown, end: unknown) => string };
type DurationArgument = Parameters<Intl.DurationFormat["format"]>[0];

/** What each method does with a formatter. The result is plain data. */
const METHODS: Readonly<Record<string, (formatter: never, values: readonly unknown[]) => unknown>> = {
  "Collator.asciiOrder": (collator: Intl.Collator) => asciiOrder(collator),
  "Collator.compare": (collator: Intl.Collator, [x, y]) => collator.compare(textOf(x), textOf(y)),
  "DateTimeFormat.format": (format: Intl.DateTimeFormat, [date]) => format.format(dateOf(date)),
  "DateTimeFormat.formatToParts": (format: Intl.DateTimeFormat, [date]) => format.formatToParts(dateOf(date)),
  "DateTimeFormat.formatRange": (format: Intl.DateTimeFormat, [a, b]) => format.formatRange(dateOf(a), dateOf(b)),
  "DateTimeFormat.formatRangeToParts": (format: Intl.DateTimeFormat, [a, b]) =>
    format.formatRangeToParts(dateOf(a), dateOf(b)),
  "DisplayNames.of": (names: Intl.DisplayNames, [code]) => names.of(textOf(code)),
  "DurationFormat.format": (format: Intl.DurationFormat, [duration]) => format.format(durationOf(duration)),
  "DurationFormat.formatToParts": (format: Intl.DurationFormat, [duration]) =>
    format.formatToParts(durationOf(duration)),
  "ListFormat.format": (format: Intl.ListFormat, [list]) => format.format(textsOf(list)),
  "ListFormat.formatToParts": (format: Intl.ListFormat, [list]) => format.formatToParts(textsOf(list)),
  "NumberFormat.format": (format: Intl.NumberFormat, [value]) => format.format(numericOf(value)),
  "NumberFormat.formatToParts": (format: Intl.NumberFormat, [value]) => format.formatToParts(numericOf(value)),
  "NumberFormat.formatRange": (format: Intl.NumberFormat, [a, b]) => format.formatRange(numericOf(a), numericOf(b)),
  "NumberFormat.formatRangeToParts": (format: Intl.NumberFormat, [a, b]) =>
    format.formatRangeToParts(numericOf(a), numericOf(b)),
  "PluralRules.select": (rules: Intl.PluralRules, [value]) => rules.select(numericOf(value) as number),
  "PluralRules.selectRange": (rules: RangeRules, [a, b]) => rules.selectRange(numericOf(a), numericOf(b)),
  "RelativeTimeFormat.format": (format: Intl.RelativeTimeFormat, [value, unit]) =>
    format.format(numericOf(value) as number, textOf(unit) as Intl.RelativeTimeFormatUnit),
  "RelativeTimeFormat.formatToParts": (format: Intl.RelativeTimeFormat, [value, unit]) =>
    format.formatToParts(numericOf(value) as number, textOf(unit) as Intl.RelativeTimeFormatUnit),
  "Segmenter.divide": (segmenter: Intl.Segmenter, [text, last]) => divide(segmenter, textOf(text), last === true),
};

/** Performs a call. @throws {TypeError | RangeError} as the standard says @throws {MalformedCall} */
export function callService(formatters: FormatterShelf, { name, service, values }: ServiceCall): unknown {
  if (name === "Locale.tag") return localeTag(service);
  if (name === "Temporal.toLocaleString") return temporalText(service, values, formatters.timeZone);
  const [owner = "", method = ""] = name.split(".");
  if (!Object.hasOwn(SERVICES, owner)) throw new MalformedCall("Intl has no such service");
  const formatter = formatters.get(owner as ServiceName, service);
  if (method === "check") return true;
  if (method === "resolvedOptions") return formatter.resolvedOptions();
  if (!Object.hasOwn(METHODS, name)) throw new MalformedCall("Intl has no such method");
  return METHODS[name]?.(formatter as never, values);
}

/** Returns the tag of the Locale with this tag and these options. */
function localeTag(json: string): string {
  const { locales, options } = serviceArguments(json, localeOptions());
  return new Intl.Locale(locales[0] ?? "", options as Intl.LocaleOptions).toString();
}

/** The method `toLocaleString` of an object of Temporal. */
function temporalText(json: string, [value]: readonly unknown[], timeZone: string): string {
  const { locales, options } = serviceArguments(json, serviceOptions("DateTimeFormat"));
  // A ZonedDateTime has a zone of its own, and rejects another one. Plain objects have none.
  if (Array.isArray(value) && value[0] === "Instant") options.timeZone ??= timeZone;
  return temporalOf(value).toLocaleString([...locales, DEFAULT_LOCALE], options);
}

function dateOf(value: unknown): number {
  if (typeof value === "number") return value;
  return temporalOf(value) as unknown as number;
}

/** Rebuilds a duration: a text, an object of Temporal, or numbers by unit. */
function durationOf(value: unknown): DurationArgument {
  if (typeof value === "string") return value as unknown as DurationArgument;
  if (Array.isArray(value)) return temporalOf(value) as unknown as DurationArgument;
  if (typeof value !== "object" || value === null) throw new MalformedCall("an argument is not a duration");
  const duration = Object.create(null) as Record<string, number>;
  for (const unit of DURATION_UNITS) {
    const number: unknown = Object.hasOwn(value, unit) ? (value as Record<string, unknown>)[unit] : undefined;
    if (typeof number === "number") duration[unit] = number;
  }
  return duration as unknown as DurationArgument;
}

const DURATION_UNITS = [
  ...["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds"],
  "nanoseconds",
];
