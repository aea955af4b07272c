import { ask, jsonOf, plainOptions, serviceJson } from "./ask.ts";
import { canonicalizeLocaleList, getOptionsObject, localeMatcher, stringOption, textOf } from "./options.ts";
import { defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";

const TYPES = ["language", "region", "script", "currency", "calendar", "dateTimeField"];

/** Creates Intl.DisplayNames: https://tc39.es/ecma402/#intl-displaynames-objects */
export function createDisplayNames(): Service {
  const members = {
    of(this: unknown, code: unknown): unknown {
      const { json } = slotsOf(this, "DisplayNames", "of");
      const name = ask("DisplayNames.of", json, `[${jsonOf(textOf(code))}]`);
      return name === null ? undefined : name;
    },
  };
  const read = ([locales, options]: readonly unknown[]) => {
    const requested = canonicalizeLocaleList(locales);
    if (options === undefined) throw new TypeError("DisplayNames needs options with a type");
    const given = getOptionsObject(options);
    const plain = plainOptions();
    plain.localeMatcher = localeMatcher(given);
    plain.style = stringOption(given, "style", ["narrow", "short", "long"]);
    plain.type = stringOption(given, "type", TYPES);
    if (plain.type === undefined) throw new TypeError("type must not be undefined");
    plain.fallback = stringOption(given, "fallback", ["code", "none"]);
    plain.languageDisplay = stringOption(given, "languageDisplay", ["dialect", "standard"]);
    return serviceJson(requested, plain);
  };
  return defineService({
    name: "DisplayNames",
    length: 2,
    read,
    resolved: ["locale", "style", "type", "fallback", "languageDisplay"],
    members,
  });
}
