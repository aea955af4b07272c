import { ask, numericJson, type PlainOptions, plainOptions, serviceJson } from "./ask.ts";
import { readDigitOptions } from "./digit-options.ts";
import { chain, unwrap } from "./legacy.ts";
import { toMathematicalValue } from "./numeric.ts";
import {
  canonicalizeLocaleList,
  coerceOptionsToObject,
  has,
  invalid,
  localeMatcher,
  matches,
  type Options,
  stringOption,
  textOf,
  typeOption,
} from "./options.ts";
import { anonymous, defineService, type Service } from "./service.ts";
import { type Slots, slotsOf } from "./slots.ts";

const RESOLVED = [
  ...["locale", "numberingSystem", "style", "currency", "currencyDisplay", "currencySign", "unit", "unitDisplay"],
  ...["minimumIntegerDigits", "minimumFractionDigits", "maximumFractionDigits", "minimumSignificantDigits"],
  ...["maximumSignificantDigits", "useGrouping", "notation", "compactDisplay", "signDisplay", "roundingIncrement"],
  ...["roundingMode", "roundingPriority", "trailingZeroDisplay"],
];

/** The simple units of https://tc39.es/ecma402/#table-sanctioned-single-unit-identifiers */
const UNITS = [
  ...["acre", "bit", "byte", "celsius", "centimeter", "day", "degree", "fahrenheit", "fluid-ounce", "foot", "gallon"],
  ...["gigabit", "gigabyte", "gram", "hectare", "hour", "inch", "kilobit", "kilobyte", "kilogram", "kilometer"],
  ...["liter", "megabit", "megabyte", "meter", "microsecond", "mile", "mile-scandinavian", "milliliter"],
  ...["millimeter", "millisecond", "minute", "month", "nanosecond", "ounce", "percent", "petabyte", "pound"],
  ...["second", "stone", "terabit", "terabyte", "week", "yard", "year"],
];

/** Creates Intl.NumberFormat: https://tc39.es/ecma402/#numberformat-objects */
export function createNumberFormat(): Service {
  const slots = (self: unknown, method: string) =>
    slotsOf(unwrap(self, "NumberFormat", service), "NumberFormat", method);
  const members = {
    get format(): unknown {
      const own = slots(this, "format");
      own.bound ??= anonymous((value: unknown) => formatNumber(own.json, value), 1);
      return own.bound;
    },
    formatToParts(this: unknown, value: unknown): unknown {
      const { json } = slotsOf(this, "NumberFormat", "formatToParts");
      return ask("NumberFormat.formatToParts", json, `[${numericJson(toMathematicalValue(value))}]`);
    },
    formatRange(this: unknown, start: unknown, end: unknown): unknown {
      return range(slotsOf(this, "NumberFormat", "formatRange"), "formatRange", start, end);
    },
    formatRangeToParts(this: unknown, start: unknown, end: unknown): unknown {
      return range(slotsOf(this, "NumberFormat", "formatRangeToParts"), "formatRangeToParts", start, end);
    },
  };
  const service: Service = defineService({
    name: "NumberFormat",
    read: ([locales, options]) => readNumberFormat(locales, options),
    resolved: RESOLVED,
    members: members,
    called: chain,
    unwrap: (self) => unwrap(self, "NumberFormat", service),
  });
  return service;
}

/** Formats a number with the service that this JSON describes. */
export function formatNumber(json: string, value: unknown): unknown {
  return ask("NumberFormat.format", json, `[${numericJson(toMathematicalValue(value))}]`);
}

/** Reads the constructor's arguments. */
export function readNumberFormat(locales: unknown, options: unknown): string {
  const requested = canonicalizeLocaleList(locales);
  const given = coerceOptionsToObject(options);
  const plain = plainOptions();
  plain.localeMatcher = localeMatcher(given);
  plain.numberingSystem = typeOption(given, "numberingSystem");
  readUnitOptions(given, plain);
  const notation = stringOption(given, "notation", ["standard", "scientific", "engineering", "compact"]);
  plain.notation = notation;
  readDigitOptions(given, plain);
  plain.compactDisplay = stringOption(given, "compactDisplay", ["short", "long"]);
  plain.useGrouping = readGrouping(given.useGrouping);
  const signs = ["auto", "never", "always", "exceptZero", "negative"];
  plain.signDisplay = stringOption(given, "signDisplay", signs);
  return serviceJson(requested, plain);
}

/** https://tc39.es/ecma402/#sec-setnumberformatunitoptions */
function readUnitOptions(options: Options, into: PlainOptions): void {
  const style = stringOption(options, "style", ["decimal", "percent", "currency", "unit"]);
  into.style = style;
  const currency = stringOption(options, "currency");
  if (currency === undefined && style === "currency") throw new TypeError("currency must be a string");
  if (currency !== undefined && !matches(/^[a-z]{3}$/i, currency)) throw invalid("currency", currency);
  into.currency = currency;
  into.currencyDisplay = stringOption(options, "currencyDisplay", ["code", "symbol", "narrowSymbol", "name"]);
  into.currencySign = stringOption(options, "currencySign", ["standard", "accounting"]);
  const unit = stringOption(options, "unit");
  if (unit === undefined && style === "unit") throw new TypeError("unit must be a string");
  if (unit !== undefined && !isUnit(unit)) throw invalid("unit", unit);
  into.unit = unit;
  into.unitDisplay = stringOption(options, "unitDisplay", ["short", "narrow", "long"]);
}

/** https://tc39.es/ecma402/#sec-iswellformedunitidentifier */
function isUnit(unit: string): boolean {
  if (has(UNITS, unit)) return true;
  for (let at = 1; at < unit.length - 5 && at < 100; at++) {
    if (unit.slice(at, at + 5) !== "-per-") continue;
    return has(UNITS, unit.slice(0, at)) && has(UNITS, unit.slice(at + 5));
  }
  return false;
}

/** https://tc39.es/ecma402/#sec-getbooleanorstringnumberformatoption */
function readGrouping(value: unknown): string | boolean | undefined {
  if (value === undefined) return undefined;
  if (value === true) return "always";
  if (!value) return false;
  const text = textOf(value);
  if (text === "true" || text === "false") return undefined;
  if (!has(["min2", "auto", "always"], text)) throw invalid("useGrouping", text);
  return text;
}

function range(slots: Slots, method: string, start: unknown, end: unknown): unknown {
  if (start === undefined || end === undefined) throw new TypeError("start or end is undefined");
  const first = numericJson(toMathematicalValue(start));
  return ask(`NumberFormat.${method}`, slots.json, `[${first},${numericJson(toMathematicalValue(end))}]`);
}
