import { bridge } from "../part-bridge.ts";
import { ask, jsonOf } from "./ask.ts";
import { createCollator } from "./collator.ts";
import { createDateTimeFormat } from "./date-time-format.ts";
import { createDisplayNames } from "./display-names.ts";
import { createDurationFormat } from "./duration-format.ts";
import { createListFormat } from "./list-format.ts";
import { createLocale } from "./locale.ts";
import { LOCALE_METHODS } from "./locale-methods.ts";
import { createNumberFormat } from "./number-format.ts";
import { canonicalizeLocaleList, textOf } from "./options.ts";
import { createPluralRules } from "./plural-rules.ts";
import { createRelativeTimeFormat } from "./relative-time-format.ts";
import { createSegmenter } from "./segmenter.ts";
import { addMembers, setTag } from "./service.ts";
import { temporalText } from "./temporal-text.ts";
import { recogniseTemporal } from "./temporal-values.ts";

/** Creates the namespace: https://tc39.es/ecma402/#intl-object */
function createIntl(): object {
  const intl = {};
  const functions = {
    getCanonicalLocales: (locales: unknown) => canonicalizeLocaleList(locales),
    supportedValuesOf: (key: unknown) => ask("supportedValuesOf", "", `[${jsonOf(textOf(key))}]`),
  };
  addMembers(intl, functions);
  addMembers(intl, {
    Collator: createCollator(),
    DateTimeFormat: createDateTimeFormat(),
    DisplayNames: createDisplayNames(),
    DurationFormat: createDurationFormat(),
    ListFormat: createListFormat(),
    Locale: createLocale(),
    NumberFormat: createNumberFormat(),
    PluralRules: createPluralRules(),
    RelativeTimeFormat: createRelativeTimeFormat(),
    Segmenter: createSegmenter(),
  });
  setTag(intl, "Intl");
  return intl;
}

const part = { Intl: createIntl(), methods: LOCALE_METHODS, recogniseTemporal, temporalText };

/** What the part provides: the global, and what other parts use. */
export type IntlPart = typeof part;

bridge.provided = part;
