import { MalformedCall, textOf, textsOf } from "./arguments.ts";
import { DEFAULT_LOCALE } from "./formatter-shelf.ts";
import { SERVICES, type ServiceName } from "./services.ts";

/** The members of a Locale that its getters return. */
const PARTS = [
  ...["baseName", "calendar", "caseFirst", "collation", "firstDayOfWeek", "hourCycle", "language"],
  ...["numberingSystem", "numeric", "region", "script", "variants"],
];
/** Methods of a Locale that return a list or an object. */
const FACTS = [
  ...["getCalendars", "getCollations", "getHourCycles", "getNumberingSystems", "getTimeZones", "getTextInfo"],
  "getWeekInfo",
];

type SupportedLocalesOf = (locales: string[], options: { localeMatcher: "lookup" }) => string[];
type Keys = Parameters<typeof Intl.supportedValuesOf>[0];

/** The functions that need no formatter. */
const FUNCTIONS: Readonly<Record<string, (values: readonly unknown[]) => unknown>> = {
  getCanonicalLocales: ([locales]) => Intl.getCanonicalLocales(textsOf(locales)),
  supportedValuesOf: ([key]) => Intl.supportedValuesOf(textOf(key) as Keys),
  checkTimeZone: ([zone]) => new Intl.DateTimeFormat(DEFAULT_LOCALE, { timeZone: textOf(zone) }).format(0) !== "",
  "Locale.parts": ([tag]) => localeParts(textOf(tag)),
  "Locale.fact": ([tag, name]) => localeFact(textOf(tag), textOf(name)),
  "Locale.maximize": ([tag]) => new Intl.Locale(textOf(tag)).maximize().toString(),
  "Locale.minimize": ([tag]) => new Intl.Locale(textOf(tag)).minimize().toString(),
  "String.lower": ([text, language]) => textOf(text).toLocaleLowerCase(textOf(language)),
  "String.upper": ([text, language]) => textOf(text).toLocaleUpperCase(textOf(language)),
};

/** Performs a call that needs no formatter. @throws {TypeError | RangeError} as the standard says @throws {MalformedCall} */
export function callLocale(name: string, values: readonly unknown[]): unknown {
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name]?.(values);
  const [service = "", method] = name.split(".");
  if (method !== "supportedLocalesOf" || !Object.hasOwn(SERVICES, service)) {
    throw new MalformedCall("Intl has no such function");
  }
  const [locales, matcher] = values;
  const options = { localeMatcher: textOf(matcher) as "lookup" };
  const { supportedLocalesOf } = Intl[service as ServiceName] as { supportedLocalesOf: SupportedLocalesOf };
  return supportedLocalesOf(textsOf(locales), options);
}

function localeParts(tag: string): object {
  const locale = new Intl.Locale(tag) as unknown as Record<string, unknown>;
  return Object.fromEntries(PARTS.map((part) => [part, locale[part]]));
}

function localeFact(tag: string, name: string): unknown {
  if (!FACTS.includes(name)) throw new MalformedCall("a locale has no such fact");
  const locale = new Intl.Locale(tag) as unknown as Record<string, () => unknown>;
  return locale[name]?.();
}
