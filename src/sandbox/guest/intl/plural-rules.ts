import { ask, numericJson, plainOptions, serviceJson } from "./ask.ts";
import { readDigitOptions } from "./digit-options.ts";
import { toMathematicalValue } from "./numeric.ts";
import { canonicalizeLocaleList, coerceOptionsToObject, localeMatcher, stringOption } from "./options.ts";
import { defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";

const RESOLVED = [
  ...["locale", "type", "notation", "compactDisplay", "minimumIntegerDigits", "minimumFractionDigits"],
  ...["maximumFractionDigits", "minimumSignificantDigits", "maximumSignificantDigits", "pluralCategories"],
  ...["roundingIncrement", "roundingMode", "roundingPriority", "trailingZeroDisplay"],
];

/** Creates Intl.PluralRules: https://tc39.es/ecma402/#pluralrules-objects */
export function createPluralRules(): Service {
  const members = {
    select(this: unknown, value: unknown): unknown {
      const { json } = slotsOf(this, "PluralRules", "select");
      return ask("PluralRules.select", json, `[${numericJson(toMathematicalValue(value))}]`);
    },
    selectRange(this: unknown, start: unknown, end: unknown): unknown {
      const { json } = slotsOf(this, "PluralRules", "selectRange");
      if (start === undefined || end === undefined) throw new TypeError("start or end is undefined");
      const first = numericJson(toMathematicalValue(start));
      return ask("PluralRules.selectRange", json, `[${first},${numericJson(toMathematicalValue(end))}]`);
    },
  };
  const read = ([locales, options]: readonly unknown[]) => {
    const requested = canonicalizeLocaleList(locales);
    const given = coerceOptionsToObject(options);
    const plain = plainOptions();
    plain.localeMatcher = localeMatcher(given);
    plain.type = stringOption(given, "type", ["cardinal", "ordinal"]);
    plain.notation = stringOption(given, "notation", ["standard", "scientific", "engineering", "compact"]);
    plain.compactDisplay = stringOption(given, "compactDisplay", ["short", "long"]);
    readDigitOptions(given, plain);
    return serviceJson(requested, plain);
  };
  return defineService({ name: "PluralRules", read, resolved: RESOLVED, members });
}
