import type { OptionType, PlainOptions } from "./arguments.ts";

/** A formatter of the runtime's. */
export type Formatter = ReturnType<(typeof SERVICES)[ServiceName]>;

/** The services of Intl that a guest can use, but for Locale. */
export type ServiceName = keyof typeof SERVICES;

/** Creates each of the services. The options' values are the guest's, and the runtime checks them. */
export const SERVICES = {
  Collator: (locales: string[], options: PlainOptions) => new Intl.Collator(locales, options),
  DateTimeFormat: (locales: string[], options: PlainOptions) => new Intl.DateTimeFormat(locales, options),
  DisplayNames: (locales: string[], options: PlainOptions) =>
    new Intl.DisplayNames(locales, options as unknown as Intl.DisplayNamesOptions),
  DurationFormat: (locales: string[], options: PlainOptions) =>
    new Intl.DurationFormat(locales, options as Intl.DurationFormatOptions),
  ListFormat: (locales: string[], options: PlainOptions) => new Intl.ListFormat(locales, options),
  NumberFormat: (locales: string[], options: PlainOptions) => new Intl.NumberFormat(locales, options),
  PluralRules: (locales: string[], options: PlainOptions) => new Intl.PluralRules(locales, options),
  RelativeTimeFormat: (locales: string[], options: PlainOptions) => new Intl.RelativeTimeFormat(locales, options),
  Segmenter: (locales: string[], options: PlainOptions) => new Intl.Segmenter(locales, options),
} as const;

/** Options of one type each, by name. */
type OptionTypes = Readonly<Record<string, OptionType>>;

function texts(...names: string[]): OptionTypes {
  return Object.fromEntries(names.map((name) => [name, "text"]));
}

function numbers(...names: string[]): OptionTypes {
  return Object.fromEntries(names.map((name) => [name, "number"]));
}

/** The options of https://tc39.es/ecma402/#sec-setnfdigitoptions */
function digits(): OptionTypes {
  return {
    ...numbers("minimumIntegerDigits", "minimumFractionDigits", "maximumFractionDigits", "minimumSignificantDigits"),
    ...numbers("maximumSignificantDigits", "roundingIncrement"),
    ...texts("roundingMode", "roundingPriority", "trailingZeroDisplay"),
  };
}

function durationUnits(): OptionTypes {
  const units = ["years", "months", "weeks", "days", "hours", "minutes", "seconds"];
  const all = [...units, "milliseconds", "microseconds", "nanoseconds"];
  return texts(...all, ...all.map((unit) => `${unit}Display`));
}

/** Every option that a service reads, with its type. No other member of the guest's options gets to the runtime. */
export function serviceOptions(service: ServiceName): OptionTypes {
  switch (service) {
    case "Collator":
      return {
        ...texts("usage", "localeMatcher", "collation", "caseFirst", "sensitivity"),
        ...{ numeric: "boolean", ignorePunctuation: "boolean" },
      };
    case "DateTimeFormat":
      return {
        ...texts("localeMatcher", "calendar", "numberingSystem", "hourCycle", "timeZone", "weekday", "era", "year"),
        ...texts("month", "day", "dayPeriod", "hour", "minute", "second", "timeZoneName", "formatMatcher"),
        ...texts("dateStyle", "timeStyle"),
        ...{ hour12: "boolean", fractionalSecondDigits: "number" },
      };
    case "DisplayNames":
      return texts("localeMatcher", "style", "type", "fallback", "languageDisplay");
    case "DurationFormat":
      return { ...texts("localeMatcher", "numberingSystem", "style"), ...durationUnits(), fractionalDigits: "number" };
    case "ListFormat":
      return texts("localeMatcher", "type", "style");
    case "NumberFormat":
      return {
        ...texts("localeMatcher", "numberingSystem", "style", "currency", "currencyDisplay", "currencySign", "unit"),
        ...texts("unitDisplay", "notation", "compactDisplay", "signDisplay"),
        ...digits(),
        useGrouping: "text or boolean",
      };
    case "PluralRules":
      return { ...texts("localeMatcher", "type", "notation", "compactDisplay"), ...digits() };
    case "RelativeTimeFormat":
      return texts("localeMatcher", "numberingSystem", "style", "numeric");
    case "Segmenter":
      return texts("localeMatcher", "granularity");
  }
}

/** The options of Intl.Locale: https://tc39.es/ecma402/#sec-intl-locale-constructor */
export function localeOptions(): OptionTypes {
  return {
    ...texts("language", "script", "region", "variants", "calendar", "collation", "firstDayOfWeek", "hourCycle"),
    ...texts("caseFirst", "numberingSystem"),
    numeric: "boolean",
  };
}
