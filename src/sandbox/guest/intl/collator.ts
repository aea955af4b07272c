import { compareAscii } from "./ascii-order.ts";
import { ask, jsonOf, plainOptions, serviceJson } from "./ask.ts";
import {
  booleanOption,
  canonicalizeLocaleList,
  coerceOptionsToObject,
  localeMatcher,
  stringOption,
  textOf,
  typeOption,
} from "./options.ts";
import { anonymous, defineService, type Service } from "./service.ts";
import { slotsOf } from "./slots.ts";

const RESOLVED = ["locale", "usage", "sensitivity", "ignorePunctuation", "collation", "numeric", "caseFirst"];

/** Creates Intl.Collator: https://tc39.es/ecma402/#collator-objects */
export function createCollator(): Service {
  const members = {
    get compare(): unknown {
      const slots = slotsOf(this, "Collator", "compare");
      slots.bound ??= anonymous((x: unknown, y: unknown) => compareTexts(slots.json, textOf(x), textOf(y)), 2);
      return slots.bound;
    },
  };
  return defineService({
    name: "Collator",
    read: ([locales, options]) => readCollator(locales, options),
    resolved: RESOLVED,
    members,
    called: (_self, made) => made,
  });
}

/** Compares two texts with the collator that this JSON describes. */
export function compareTexts(json: string, x: string, y: string): number {
  if (x === y) return 0;
  return compareAscii(json, x, y) ?? (ask("Collator.compare", json, `[${jsonOf(x)},${jsonOf(y)}]`) as number);
}

/** Reads the constructor's arguments. */
export function readCollator(locales: unknown, options: unknown): string {
  const requested = canonicalizeLocaleList(locales);
  const given = coerceOptionsToObject(options);
  const plain = plainOptions();
  plain.usage = stringOption(given, "usage", ["sort", "search"]);
  plain.localeMatcher = localeMatcher(given);
  plain.collation = typeOption(given, "collation");
  plain.numeric = booleanOption(given, "numeric");
  plain.caseFirst = stringOption(given, "caseFirst", ["upper", "lower", "false"]);
  plain.sensitivity = stringOption(given, "sensitivity", ["base", "accent", "case", "variant"]);
  plain.ignorePunctuation = booleanOption(given, "ignorePunctuation");
  return serviceJson(requested, plain);
}
