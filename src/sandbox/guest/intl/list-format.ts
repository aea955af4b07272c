import { append, ask, jsonList, plainOptions, serviceJson } from "./ask.ts";
import { canonicalizeLocaleList, getOptionsObject, localeMatcher, stringOption } from "./options.ts";
import { defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";

const iteratorOf: typeof Symbol.iterator = Symbol.iterator;

/** Creates Intl.ListFormat: https://tc39.es/ecma402/#listformat-objects */
export function createListFormat(): Service {
  const members = {
    format(this: unknown, list: unknown): unknown {
      const { json } = slotsOf(this, "ListFormat", "format");
      return ask("ListFormat.format", json, `[${jsonList(textsOf(list))}]`);
    },
    formatToParts(this: unknown, list: unknown): unknown {
      const { json } = slotsOf(this, "ListFormat", "formatToParts");
      return ask("ListFormat.formatToParts", json, `[${jsonList(textsOf(list))}]`);
    },
  };
  const read = ([locales, options]: readonly unknown[]) => {
    const requested = canonicalizeLocaleList(locales);
    const given = getOptionsObject(options);
    const plain = plainOptions();
    plain.localeMatcher = localeMatcher(given);
    plain.type = stringOption(given, "type", ["conjunction", "disjunction", "unit"]);
    plain.style = stringOption(given, "style", ["long", "short", "narrow"]);
    return serviceJson(requested, plain);
  };
  return defineService({ name: "ListFormat", read, resolved: ["locale", "type", "style"], members });
}

/** https://tc39.es/ecma402/#sec-createstringlistfromiterable */
function textsOf(list: unknown): string[] {
  if (list === undefined) return [];
  const method = (list as Record<symbol, unknown> | null)?.[iteratorOf];
  if (typeof method !== "function") throw new TypeError("the list is not iterable");
  const texts: string[] = [];
  // `for of` would read the method a second time.
  const once: Iterable<unknown> = { [iteratorOf]: () => Reflect.apply(method, list, []) as Iterator<unknown> };
  for (const item of once) {
    if (typeof item !== "string") throw new TypeError("Iterable passed to Intl.ListFormat has to yield strings");
    append(texts, item);
  }
  return texts;
}
