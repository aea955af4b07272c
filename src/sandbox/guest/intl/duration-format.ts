import { isObjectOrFunction } from "../webidl.ts";
import { ask, jsonOf, type PlainOptions, plainOptions, serviceJson } from "./ask.ts";
import { toIntegerIfIntegral } from "./numeric.ts";
import {
  canonicalizeLocaleList,
  getOptionsObject,
  invalid,
  localeMatcher,
  numberOption,
  type Options,
  stringOption,
  typeOption,
} from "./options.ts";
import { defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";
import { temporalValue } from "./temporal-values.ts";

const TEXTS = ["long", "short", "narrow"];
const WITH_DIGITS = [...TEXTS, "numeric", "2-digit"];
const WITH_NUMERIC = [...TEXTS, "numeric"];
/** The units of https://tc39.es/ecma402/#table-durationformat-components with the styles that each can have. */
const UNITS: readonly (readonly [unit: string, styles: readonly string[], digital: string])[] = [
  ["years", TEXTS, "short"],
  ["months", TEXTS, "short"],
  ["weeks", TEXTS, "short"],
  ["days", TEXTS, "short"],
  ["hours", WITH_DIGITS, "numeric"],
  ["minutes", WITH_DIGITS, "numeric"],
  ["seconds", WITH_DIGITS, "numeric"],
  ["milliseconds", WITH_NUMERIC, "numeric"],
  ["microseconds", WITH_NUMERIC, "numeric"],
  ["nanoseconds", WITH_NUMERIC, "numeric"],
];
/** The members of a duration in the order in which they are read. */
const MEMBERS = [
  ...["days", "hours", "microseconds", "milliseconds", "minutes", "months", "nanoseconds", "seconds", "weeks"],
  "years",
];
const RESOLVED = [
  ...["locale", "numberingSystem", "style"],
  ...UNITS.flatMap(([unit]) => [unit, `${unit}Display`]),
  "fractionalDigits",
];

/** Creates Intl.DurationFormat: https://tc39.es/ecma402/#durationformat-objects */
export function createDurationFormat(): Service {
  const call = (self: unknown, method: string, duration: unknown) => {
    const { json } = slotsOf(self, "DurationFormat", method);
    return ask(`DurationFormat.${method}`, json, `[${durationJson(duration)}]`);
  };
  const members = {
    format(this: unknown, duration: unknown): unknown {
      return call(this, "format", duration);
    },
    formatToParts(this: unknown, duration: unknown): unknown {
      return call(this, "formatToParts", duration);
    },
  };
  return defineService({
    name: "DurationFormat",
    read: ([locales, options]) => readDurationFormat(locales, options),
    resolved: RESOLVED,
    members,
  });
}

/** Reads the constructor's arguments. */
export function readDurationFormat(locales: unknown, options: unknown): string {
  const requested = canonicalizeLocaleList(locales);
  const given = getOptionsObject(options);
  const plain = plainOptions();
  plain.localeMatcher = localeMatcher(given);
  plain.numberingSystem = typeOption(given, "numberingSystem");
  const style = stringOption(given, "style", [...TEXTS, "digital"]);
  plain.style = style;
  let previous = "";
  for (let i = 0; i < UNITS.length; i++) {
    previous = readUnit(UNITS[i] as (typeof UNITS)[number], given, plain, { base: style ?? "short", previous });
  }
  plain.fractionalDigits = numberOption(given, "fractionalDigits", 0, 9);
  return serviceJson(requested, plain);
}

/**
 * Reads the options of one unit, and rejects what can't go together: https://tc39.es/ecma402/#sec-getdurationunitoptions.
 * @returns the style of the unit, which the next one depends on
 */
function readUnit(
  [unit, styles, digital]: (typeof UNITS)[number],
  options: Options,
  into: PlainOptions,
  { base, previous }: { base: string; previous: string },
): string {
  let style = stringOption(options, unit, styles);
  into[unit] = style;
  const fractional = unit === "milliseconds" || unit === "microseconds" || unit === "nanoseconds";
  let fallback = "always";
  if (style === undefined) {
    if (base === "digital") {
      if (unit !== "hours" && unit !== "minutes" && unit !== "seconds") fallback = "auto";
      style = digital;
    } else if (previous === "fractional" || previous === "numeric" || previous === "2-digit") {
      if (unit !== "minutes" && unit !== "seconds") fallback = "auto";
      style = "numeric";
    } else {
      fallback = "auto";
      style = base;
    }
  }
  if (style === "numeric" && fractional) {
    style = "fractional";
    fallback = "auto";
  }
  const display = stringOption(options, `${unit}Display`, ["auto", "always"]);
  into[`${unit}Display`] = display;
  if ((display ?? fallback) === "always" && style === "fractional") throw invalid(`${unit}Display`, "always");
  if (previous === "fractional" && style !== "fractional") throw invalid(unit, style);
  if (previous === "numeric" || previous === "2-digit") {
    if (style !== "fractional" && style !== "numeric" && style !== "2-digit") throw invalid(unit, style);
    if (unit === "minutes" || unit === "seconds") style = "2-digit";
  }
  return style;
}

/** https://tc39.es/ecma402/#sec-todurationrecord */
function durationJson(duration: unknown): string {
  if (typeof duration === "string") return jsonOf(duration);
  if (!isObjectOrFunction(duration)) throw new TypeError("a duration must be an object or a string");
  const known = temporalValue(duration);
  if (known !== undefined) return known;
  let json = "";
  for (let i = 0; i < MEMBERS.length; i++) {
    const name = MEMBERS[i] as string;
    const value = duration[name];
    if (value === undefined) continue;
    json += `${json === "" ? "" : ","}"${name}":${toIntegerIfIntegral(value, name)}`;
  }
  if (json === "") throw new TypeError("a duration must have at least one member");
  return `{${json}}`;
}
