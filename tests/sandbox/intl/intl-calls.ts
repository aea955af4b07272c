import fc from "fast-check";
import type { JsonValue } from "../../../src/domain/json.ts";

/** One call of Intl as plain data: `{"bigint":"1"}` and `{"number":"NaN"}` stand for values that JSON lacks. */
export interface IntlCall {
  service: string;
  locales: JsonValue;
  options: Record<string, JsonValue>;
  method: string;
  args: JsonValue[];
}

/**
 * The source of a function that performs calls. The guest and the host evaluate the same text. What differs between runtimes
 * (the messages of errors) is left out.
 */
export const PERFORM = `(calls) => {
  const revive = (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    if ("bigint" in value) return BigInt(value.bigint);
    if ("number" in value) return Number(value.number);
    return value;
  };
  const plain = (value) => JSON.parse(JSON.stringify(value ?? null));
  const perform = ({ service, locales, options, method, args }) => {
    const values = args.map(revive);
    if (service === "Number") return revive(values[0]).toLocaleString(locales, options);
    if (service === "Date") return new Date(values[0])[method](locales, options);
    if (service === "String") return values[0][method](...(method === "localeCompare" ? [values[1], locales, options] : [locales]));
    if (service === "Array") return values.toLocaleString(locales, options);
    if (service === "Locale") {
      const locale = new Intl.Locale(locales, options);
      const names = ["baseName", "calendar", "caseFirst", "collation", "firstDayOfWeek", "hourCycle", "language",
        "numberingSystem", "numeric", "region", "script", "variants"];
      return [locale.toString(), names.map((name) => locale[name]), locale.maximize().toString(),
        locale.minimize().toString(), locale.getCalendars(), locale.getTextInfo(), locale.getWeekInfo(), locale.getTimeZones()];
    }
    if (service === "Intl") return Intl[method](...values);
    const made = new Intl[service](locales, options);
    if (method === "resolvedOptions") return Object.entries(made.resolvedOptions());
    if (method === "supportedLocalesOf") return Intl[service].supportedLocalesOf(locales);
    if (service === "Segmenter") {
      const segments = made.segment(values[0]);
      return [[...segments].map((s) => [s.segment, s.index, s.isWordLike]), segments.containing(values[1])];
    }
    return made[method](...values);
  };
  return calls.map((call) => {
    try {
      return { value: plain(perform(call)) };
    } catch (error) {
      return { error: error.name };
    }
  });
}`;

const LOCALES = [
  ...["en-US", "en-GB", "de-DE", "de-CH", "fr", "fr-CA", "es-419", "pt-BR", "it", "nl", "sv", "pl", "cs", "ru", "uk"],
  ...["tr", "az", "lt", "el", "he", "ar-EG", "ar-SA", "fa", "hi", "bn", "th", "th-u-nu-thai", "ja", "ja-u-ca-japanese"],
  ...["ko", "zh-CN", "zh-TW", "zh-u-co-stroke", "de-u-co-phonebk", "en-u-hc-h23", "ar-u-nu-latn", "sr-Latn", "id"],
  ...["vi", "my", "km", "sw", "zu", "is", "ga", "cy", "hr", "xx-YY", "zxx", "i-klingon", "not a locale", "e"],
];
const ZONES = [
  ...["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Australia/Lord_Howe", "Pacific/Apia"],
  ...["Africa/Monrovia", "America/St_Johns", "+05:30", "-08", "Etc/GMT+3", "europe/paris", "Nowhere/City", ""],
];
const TEXT_STYLES = ["narrow", "short", "long"];
const STYLES = ["full", "long", "medium", "short"];
const UNITS = ["year", "quarter", "month", "week", "day", "hour", "minute", "second", "days", "fortnight"];
const WORDS = [
  ...["a", "B", "ä", "Ä", "z", "ß", "ss", "é", "e\u0301", "I", "ı", "i", "İ", "10", "9", "2", "co-op", "coop", "", " "],
  ...["resume", "résumé", "Résumé", "日本", "にほん", "中文", "ñ", "n", "Å", "\ud800", "👩‍👩‍👧", "ﬁ", "Ω", "σς"],
];
const TEXTS = [
  ...[
    "Hello, world. How are you? I'm fine.",
    "Ein Satz. Noch einer!",
    "ภาษาไทยไม่มีช่องว่าง",
    "今日は良い天気ですね。明日は？",
  ],
  ...["👩‍👩‍👧🇩🇪🇫🇷e\u0301", "a\r\nb\nc", "3.14 is pi. e.g. this one.", "", "x\ud800y", "Mr. Smith went. To Washington"],
];

const locales: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constantFrom(...LOCALES),
  fc.array(fc.constantFrom(...LOCALES), { maxLength: 3 }),
  fc.constant("en"),
);
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom<JsonValue>(0, { number: "-0" }, { number: "NaN" }, { number: "Infinity" }, { number: "-Infinity" }),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map((value) => ({ bigint: `${value}` })),
  fc.constantFrom("1234567890.123456789012345", "12", "abc", "1e3"),
);
const time = fc.oneof(
  fc.integer({ min: -4e12, max: 8e12 }),
  fc.double({ min: -8.64e15, max: 8.64e15, noNaN: true }),
  fc.constantFrom(0, 1711846800000, 1698541200000, 8.64e15, -8.64e15, 9e15),
);

/** Options of which each may be absent, or have a value that it can't have. */
function options(record: Record<string, readonly JsonValue[]>): fc.Arbitrary<Record<string, JsonValue>> {
  const members = Object.entries(record).map(([name, values]) => [
    name,
    fc.oneof({ arbitrary: fc.constantFrom(...values), weight: 30 }, { arbitrary: fc.constant("odd"), weight: 1 }),
  ]);
  return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<JsonValue>>, {
    requiredKeys: [],
  }) as fc.Arbitrary<Record<string, JsonValue>>;
}

/** As {@link options}, with few of them present: most combinations of many are errors. */
function few(record: Record<string, readonly JsonValue[]>): fc.Arbitrary<Record<string, JsonValue>> {
  return fc
    .subarray(Object.keys(record), { maxLength: 3 })
    .chain((names) => options(Object.fromEntries(names.map((name) => [name, record[name] ?? []]))));
}

const DIGITS = {
  minimumIntegerDigits: [1, 2, 21, 0],
  minimumFractionDigits: [0, 2, 5, 100],
  maximumFractionDigits: [0, 2, 5, 100, 101],
  minimumSignificantDigits: [1, 3],
  maximumSignificantDigits: [3, 21],
  roundingIncrement: [1, 5, 25, 3],
  roundingMode: ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"],
  roundingPriority: ["auto", "morePrecision", "lessPrecision"],
  trailingZeroDisplay: ["auto", "stripIfInteger"],
};
const NUMBER = {
  ...{ style: ["decimal", "percent", "currency", "unit"], currency: ["EUR", "usd", "JPY", "E"] },
  ...{ currencyDisplay: ["code", "symbol", "narrowSymbol", "name"], currencySign: ["standard", "accounting"] },
  ...{ unit: ["kilometer-per-hour", "liter", "byte", "parsec"], unitDisplay: TEXT_STYLES },
  ...{ notation: ["standard", "scientific", "engineering", "compact"], compactDisplay: ["short", "long"] },
  ...{ useGrouping: [true, false, "always", "auto", "min2", "true"], numberingSystem: ["latn", "arab", "thai", "x"] },
  signDisplay: ["auto", "never", "always", "exceptZero", "negative"],
  ...DIGITS,
};
const DATE = {
  ...{ weekday: TEXT_STYLES, era: TEXT_STYLES, year: ["numeric", "2-digit"], day: ["numeric", "2-digit"] },
  ...{ month: ["numeric", "2-digit", ...TEXT_STYLES], dayPeriod: TEXT_STYLES, hour: ["numeric", "2-digit"] },
  ...{ minute: ["numeric", "2-digit"], second: ["numeric", "2-digit"], fractionalSecondDigits: [1, 2, 3, 4] },
  timeZoneName: ["short", "long", "shortOffset", "longOffset", "shortGeneric", "longGeneric"],
  ...{
    hour12: [true, false],
    hourCycle: ["h11", "h12", "h23", "h24"],
    calendar: ["gregory", "hebrew", "islamic-civil"],
  },
  numberingSystem: ["latn", "arab", "deva"],
};
const dateOptions = fc
  .tuple(
    fc.oneof(few(DATE), options({ dateStyle: STYLES, timeStyle: STYLES }), few({ ...DATE, dateStyle: STYLES })),
    fc.constantFrom(...ZONES),
  )
  .map(([given, timeZone]) => ({ ...given, timeZone }));
const numberOptions = fc.oneof(
  few(NUMBER),
  fc
    .tuple(few(NUMBER), fc.constantFrom("EUR", "USD", "JPY"))
    .map(([given, currency]) => ({ ...given, style: "currency", currency })),
  fc
    .tuple(few(NUMBER), fc.constantFrom("liter", "kilobyte"))
    .map(([given, unit]) => ({ ...given, style: "unit", unit })),
);
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({ maxLength: 8, unit: "grapheme" }));

/** Calls of one service: the methods with the arguments of each. */
function service(
  name: string,
  given: fc.Arbitrary<Record<string, JsonValue>>,
  methods: Record<string, fc.Arbitrary<JsonValue>[]>,
): fc.Arbitrary<IntlCall> {
  const all = { ...methods, resolvedOptions: [], supportedLocalesOf: [] };
  return fc.oneof(
    ...Object.entries(all).map(([method, args], i) => ({
      weight: i < Object.keys(methods).length ? 8 : 1,
      arbitrary: fc.record({
        service: fc.constant(name),
        locales,
        options: given,
        method: fc.constant(method),
        args: fc.tuple(...args) as fc.Arbitrary<JsonValue[]>,
      }),
    })),
  );
}

const duration = fc
  .subarray(["years", "months", "weeks", "days", "hours", "minutes", "seconds", "milliseconds", "nanoseconds"])
  .chain((units) => fc.record(Object.fromEntries(units.map((unit) => [unit, fc.integer({ min: -5, max: 999 })]))));

const SERVICES = [
  service("DateTimeFormat", dateOptions, {
    ...{ format: [time], formatToParts: [time], formatRange: [time, time], formatRangeToParts: [time, time] },
  }),
  service("NumberFormat", numberOptions, {
    ...{
      format: [number],
      formatToParts: [number],
      formatRange: [number, number],
      formatRangeToParts: [number, number],
    },
  }),
  service(
    "Collator",
    options({
      ...{ usage: ["sort", "search"], sensitivity: ["base", "accent", "case", "variant"], numeric: [true, false] },
      ...{ caseFirst: ["upper", "lower", "false"], ignorePunctuation: [true, false], collation: ["phonebk", "emoji"] },
    }),
    { compare: [word, word] },
  ),
  service("PluralRules", few({ type: ["cardinal", "ordinal"], ...DIGITS }), {
    ...{ select: [number], selectRange: [number, number] },
  }),
  service("RelativeTimeFormat", options({ numeric: ["always", "auto"], style: TEXT_STYLES }), {
    ...{ format: [fc.integer({ min: -500, max: 500 }), fc.constantFrom(...UNITS)] },
    formatToParts: [fc.double({ min: -9, max: 9, noNaN: true }), fc.constantFrom(...UNITS)],
  }),
  service("ListFormat", options({ type: ["conjunction", "disjunction", "unit"], style: TEXT_STYLES }), {
    ...{ format: [fc.array(word, { maxLength: 5 })], formatToParts: [fc.array(word, { maxLength: 5 })] },
  }),
  service(
    "DisplayNames",
    fc
      .tuple(
        options({ style: TEXT_STYLES, fallback: ["code", "none"], languageDisplay: ["dialect", "standard"] }),
        fc.constantFrom("language", "region", "script", "currency", "calendar", "dateTimeField"),
      )
      .map(([given, type]) => ({ ...given, type })),
    {
      of: [
        fc.constantFrom("de", "de-AT", "zh-Hant", "US", "419", "Latn", "EUR", "xyz", "hebrew", "month", "weekday", "?"),
      ],
    },
  ),
  service(
    "DurationFormat",
    few({
      style: [...TEXT_STYLES, "digital"],
      hours: ["numeric", "2-digit"],
      minutesDisplay: ["always"],
      fractionalDigits: [0, 3, 9, 10],
    }),
    {
      ...{ format: [duration], formatToParts: [duration] },
    },
  ),
  service("Segmenter", options({ granularity: ["grapheme", "word", "sentence"] }), {
    segment: [fc.oneof(fc.constantFrom(...TEXTS), fc.string({ unit: "grapheme" })), fc.integer({ min: -1, max: 40 })],
  }),
];

const plainCall = (
  name: string,
  method: string,
  given: fc.Arbitrary<Record<string, JsonValue>>,
  args: fc.Arbitrary<JsonValue>[],
) =>
  fc.record({
    service: fc.constant(name),
    locales,
    options: given,
    method: fc.constant(method),
    args: fc.tuple(...args),
  });

const METHODS = [
  plainCall("Number", "toLocaleString", numberOptions, [number]),
  plainCall("Date", "toLocaleString", dateOptions, [time]),
  plainCall("Date", "toLocaleDateString", dateOptions, [time]),
  plainCall("Date", "toLocaleTimeString", dateOptions, [time]),
  plainCall("String", "localeCompare", options({ numeric: [true], sensitivity: ["base"] }), [word, word]),
  plainCall("String", "toLocaleUpperCase", fc.constant({}), [word]),
  plainCall("String", "toLocaleLowerCase", fc.constant({}), [word]),
  plainCall("Array", "toLocaleString", numberOptions, [fc.integer(), fc.double({ noNaN: true }), fc.constant(null)]),
  plainCall(
    "Locale",
    "",
    options({
      calendar: ["hebrew"],
      hourCycle: ["h12"],
      numeric: [true, false],
      region: ["AT", "X"],
      script: ["Latn"],
    }),
    [],
  ),
  plainCall("Intl", "getCanonicalLocales", fc.constant({}), [locales]),
  plainCall("Intl", "supportedValuesOf", fc.constant({}), [
    fc.constantFrom("calendar", "collation", "currency", "numberingSystem", "timeZone", "unit", "color"),
  ]),
];

/** Any call of Intl, or of a method that depends on it. */
export const intlCall: fc.Arbitrary<IntlCall> = fc.oneof(...SERVICES, ...SERVICES, ...METHODS);
