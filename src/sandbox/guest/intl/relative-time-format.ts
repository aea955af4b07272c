import { ask, jsonOf, numericJson, plainOptions, serviceJson } from "./ask.ts";
import {
  canonicalizeLocaleList,
  coerceOptionsToObject,
  localeMatcher,
  numberOf,
  stringOption,
  textOf,
  typeOption,
} from "./options.ts";
import { defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";

/** Creates Intl.RelativeTimeFormat: https://tc39.es/ecma402/#relativetimeformat-objects */
export function createRelativeTimeFormat(): Service {
  const call = (self: unknown, method: string, value: unknown, unit: unknown) => {
    const { json } = slotsOf(self, "RelativeTimeFormat", method);
    const number = numericJson(numberOf(value));
    return ask(`RelativeTimeFormat.${method}`, json, `[${number},${jsonOf(textOf(unit))}]`);
  };
  const members = {
    format(this: unknown, value: unknown, unit: unknown): unknown {
      return call(this, "format", value, unit);
    },
    formatToParts(this: unknown, value: unknown, unit: unknown): unknown {
      return call(this, "formatToParts", value, unit);
    },
  };
  const read = ([locales, options]: readonly unknown[]) => {
    const requested = canonicalizeLocaleList(locales);
    const given = coerceOptionsToObject(options);
    const plain = plainOptions();
    plain.localeMatcher = localeMatcher(given);
    plain.numberingSystem = typeOption(given, "numberingSystem");
    plain.style = stringOption(given, "style", ["long", "short", "narrow"]);
    plain.numeric = stringOption(given, "numeric", ["always", "auto"]);
    return serviceJson(requested, plain);
  };
  return defineService({
    name: "RelativeTimeFormat",
    read,
    resolved: ["locale", "style", "numeric", "numberingSystem"],
    members,
  });
}
