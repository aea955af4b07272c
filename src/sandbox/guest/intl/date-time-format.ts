import { ask, jsonOf, type PlainOptions, plainOptions, serviceJson } from "./ask.ts";
import { chain, unwrap } from "./legacy.ts";
import {
  booleanOption,
  canonicalizeLocaleList,
  coerceOptionsToObject,
  localeMatcher,
  numberOf,
  numberOption,
  type Options,
  stringOption,
  textOf,
  typeOption,
} from "./options.ts";
import { anonymous, defineService, type Service } from "./service.ts";
import { type Slots, slotsOf } from "./slots.ts";
import { temporalValue } from "./temporal-values.ts";

const RESOLVED = [
  ...["locale", "calendar", "numberingSystem", "timeZone", "hourCycle", "hour12", "weekday", "era", "year", "month"],
  ...["day", "dayPeriod", "hour", "minute", "second", "fractionalSecondDigits", "timeZoneName", "dateStyle"],
  "timeStyle",
];

const TEXT = ["narrow", "short", "long"];
const DIGITS = ["2-digit", "numeric"];
const STYLES = ["full", "long", "medium", "short"];
/** The components of https://tc39.es/ecma402/#table-datetimeformat-components, with their values, in order. */
const COMPONENTS: readonly (readonly [name: string, values: readonly string[] | undefined])[] = [
  ["weekday", TEXT],
  ["era", TEXT],
  ["year", DIGITS],
  ["month", [...DIGITS, ...TEXT]],
  ["day", DIGITS],
  ["dayPeriod", TEXT],
  ["hour", DIGITS],
  ["minute", DIGITS],
  ["second", DIGITS],
  ["fractionalSecondDigits", undefined],
  ["timeZoneName", ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"]],
];
const DATE_PARTS = ["weekday", "year", "month", "day"];
const TIME_PARTS = ["dayPeriod", "hour", "minute", "second", "fractionalSecondDigits"];

/** Which components a method needs, and which it adds if none of these was given. With "none" the host decides. */
export type Need = "any" | "date" | "time" | "all" | "none";

const { now } = Date;
const { trunc, abs } = Math;

/** Creates Intl.DateTimeFormat: https://tc39.es/ecma402/#datetimeformat-objects */
export function createDateTimeFormat(): Service {
  const name = "DateTimeFormat";
  const members = {
    get format(): unknown {
      const own = slotsOf(unwrap(this, name, service), name, "format");
      own.bound ??= anonymous((date: unknown) => formatDate(own.json, date), 1);
      return own.bound;
    },
    formatToParts(this: unknown, date: unknown): unknown {
      const { json } = slotsOf(this, name, "formatToParts");
      return ask("DateTimeFormat.formatToParts", json, `[${dateJson(date)}]`);
    },
    formatRange(this: unknown, start: unknown, end: unknown): unknown {
      return range(slotsOf(this, name, "formatRange"), "formatRange", start, end);
    },
    formatRangeToParts(this: unknown, start: unknown, end: unknown): unknown {
      return range(slotsOf(this, name, "formatRangeToParts"), "formatRangeToParts", start, end);
    },
  };
  const service: Service = defineService({
    name,
    read: ([locales, options]) => readDateTimeFormat(locales, options),
    resolved: RESOLVED,
    members,
    called: chain,
    unwrap: (self) => unwrap(self, name, service),
  });
  return service;
}

/** Formats a date, the present time or an object of Temporal with the service that this JSON describes. */
export function formatDate(json: string, date: unknown): unknown {
  return ask("DateTimeFormat.format", json, `[${dateJson(date)}]`);
}

/**
 * Reads the constructor's arguments: https://tc39.es/ecma402/#sec-createdatetimeformat.
 * @param required the components that one of has to be given
 * @param defaults the components that are used otherwise. The constructor leaves that to the host, which has others for
 * objects of Temporal.
 */
export function readDateTimeFormat(
  locales: unknown,
  options: unknown,
  required: Need = "any",
  defaults: Need = "none",
): string {
  const requested = canonicalizeLocaleList(locales);
  const given = coerceOptionsToObject(options);
  const plain = plainOptions();
  plain.localeMatcher = localeMatcher(given);
  plain.calendar = typeOption(given, "calendar");
  plain.numberingSystem = typeOption(given, "numberingSystem");
  plain.hour12 = booleanOption(given, "hour12");
  plain.hourCycle = stringOption(given, "hourCycle", ["h11", "h12", "h23", "h24"]);
  plain.timeZone = readTimeZone(given);
  const explicit = readComponents(given, plain);
  plain.formatMatcher = stringOption(given, "formatMatcher", ["basic", "best fit"]);
  plain.dateStyle = stringOption(given, "dateStyle", STYLES);
  plain.timeStyle = stringOption(given, "timeStyle", STYLES);
  if (plain.dateStyle !== undefined || plain.timeStyle !== undefined) {
    refuseMixture(plain, explicit, required);
  } else addDefaults(plain, required, defaults);
  return serviceJson(requested, plain);
}

function readTimeZone(options: Options): string | undefined {
  const value = options.timeZone;
  if (value === undefined) return undefined;
  const zone = textOf(value);
  ask("checkTimeZone", "", `[${jsonOf(zone)}]`);
  return zone;
}

/** @returns true if one of the components is given */
function readComponents(options: Options, into: PlainOptions): boolean {
  let explicit = false;
  for (let i = 0; i < COMPONENTS.length; i++) {
    const [name, values] = COMPONENTS[i] as (typeof COMPONENTS)[number];
    const value = values === undefined ? numberOption(options, name, 1, 3) : stringOption(options, name, values);
    into[name] = value;
    explicit ||= value !== undefined;
  }
  return explicit;
}

function refuseMixture({ dateStyle, timeStyle }: PlainOptions, explicit: boolean, required: Need): void {
  if (explicit) throw new TypeError("dateStyle and timeStyle may not be used with other DateTimeFormat options");
  if (required === "date" && timeStyle !== undefined) throw new TypeError("timeStyle can't be used for a date");
  if (required === "time" && dateStyle !== undefined) throw new TypeError("dateStyle can't be used for a time");
}

function addDefaults(plain: PlainOptions, required: Need, defaults: Need): void {
  const wantsDate = required === "date" || required === "any";
  const wantsTime = required === "time" || required === "any";
  if ((wantsDate && someOf(plain, DATE_PARTS)) || (wantsTime && someOf(plain, TIME_PARTS))) return;
  if (defaults === "date" || defaults === "all") plain.year = plain.month = plain.day = "numeric";
  if (defaults === "time" || defaults === "all") plain.hour = plain.minute = plain.second = "numeric";
}

function someOf(plain: PlainOptions, names: readonly string[]): boolean {
  for (let i = 0; i < names.length; i++) if (plain[names[i] as string] !== undefined) return true;
  return false;
}

function range(slots: Slots, method: string, start: unknown, end: unknown): unknown {
  if (start === undefined || end === undefined) throw new TypeError("start or end is undefined");
  const first = temporalValue(start) ?? numberOf(start);
  const last = temporalValue(end) ?? numberOf(end);
  if (typeof first !== typeof last) throw new TypeError("start and end are not of the same type");
  return ask(`DateTimeFormat.${method}`, slots.json, `[${valueJson(first)},${valueJson(last)}]`);
}

function dateJson(date: unknown): string {
  if (date === undefined) return valueJson(now());
  return valueJson(temporalValue(date) ?? numberOf(date));
}

/** @param value a time in ms, or the JSON of an object of Temporal */
function valueJson(value: number | string): string {
  if (typeof value === "string") return value;
  // TimeClip; NaN fails the comparison.
  if (!(abs(value) <= 8.64e15)) throw new RangeError("date value is not finite in DateTimeFormat format()");
  return `${trunc(value)}`;
}
