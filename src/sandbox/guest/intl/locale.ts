import { isObjectOrFunction } from "../webidl.ts";
import { ask, jsonOf, plainOptions, serviceJson } from "./ask.ts";
import {
  booleanOption,
  coerceOptionsToObject,
  invalid,
  matches,
  type Options,
  stringOption,
  textOf,
  typeOption,
} from "./options.ts";
import { addMembers, createFrom, type Service, setLength, setTag } from "./service.ts";
import { localeTagOf, setSlots, slotsOf } from "./slots.ts";

/** The parts of a locale that its getters return. */
const GETTERS = [
  ...["baseName", "calendar", "caseFirst", "collation", "firstDayOfWeek", "hourCycle", "language"],
  ...["numberingSystem", "numeric", "region", "script", "variants"],
] as const;
/** Methods that return a list or an object. */
const FACTS = [
  ...["getCalendars", "getCollations", "getHourCycles", "getNumberingSystems", "getTimeZones", "getTextInfo"],
  "getWeekInfo",
] as const;

const LANGUAGE = /^(?:[a-z]{2,3}|[a-z]{5,8})$/i;
const SCRIPT = /^[a-z]{4}$/i;
const REGION = /^(?:[a-z]{2}|[0-9]{3})$/i;
const VARIANTS = /^(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3})(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*$/i;

/** Creates Intl.Locale: https://tc39.es/ecma402/#locale-objects */
export function createLocale(): Service {
  const service = function (tag: unknown, options: unknown): unknown {
    if (new.target === undefined) throw new TypeError("calling Locale constructor without new is invalid");
    const made = createFrom(new.target, service);
    setSlots(made, { service: "Locale", json: readLocale(tag, options) });
    return made;
  } as unknown as Service;
  Object.defineProperty(service, "name", { value: "Locale", writable: false, enumerable: false, configurable: true });
  setLength(service, 1);
  Object.defineProperty(service, "prototype", { writable: false });
  Object.defineProperty(service.prototype, "constructor", { enumerable: false });
  const { prototype } = service;
  addMembers(prototype, {
    maximize(this: unknown): unknown {
      return derived(service, slotsOf(this, "Locale", "maximize").json, "maximize");
    },
    minimize(this: unknown): unknown {
      return derived(service, slotsOf(this, "Locale", "minimize").json, "minimize");
    },
    toString(this: unknown): string {
      return slotsOf(this, "Locale", "toString").json;
    },
  });
  for (const name of GETTERS) addGetter(prototype, name);
  for (const name of FACTS) addFact(prototype, name);
  setTag(prototype, "Intl.Locale");
  return service;
}

function addGetter(prototype: object, name: (typeof GETTERS)[number]): void {
  const getters = {
    get [name](): unknown {
      const slots = slotsOf(this, "Locale", name);
      slots.resolved ??= ask("Locale.parts", "", `[${jsonOf(slots.json)}]`) as Record<string, unknown>;
      return slots.resolved[name];
    },
  };
  addMembers(prototype, getters);
}

function addFact(prototype: object, name: (typeof FACTS)[number]): void {
  const methods = {
    [name](this: unknown): unknown {
      const { json } = slotsOf(this, "Locale", name);
      const fact = ask("Locale.fact", "", `[${jsonOf(json)},${jsonOf(name)}]`);
      return fact === null ? undefined : fact;
    },
  };
  addMembers(prototype, methods);
}

function derived(service: Service, tag: string, method: string): object {
  const made = Object.create(service.prototype) as object;
  setSlots(made, { service: "Locale", json: ask(`Locale.${method}`, "", `[${jsonOf(tag)}]`) as string });
  return made;
}

/** Reads the constructor's arguments: https://tc39.es/ecma402/#sec-intl-locale-constructor. @returns the locale's tag */
function readLocale(tag: unknown, options: unknown): string {
  if (typeof tag !== "string" && !isObjectOrFunction(tag))
    throw new TypeError("a locale must be a string or an object");
  const text = localeTagOf(tag) ?? textOf(tag);
  const given = coerceOptionsToObject(options);
  ask("getCanonicalLocales", "", `[[${jsonOf(text)}]]`); // throws for a tag that is malformed, before any option is read
  const plain = plainOptions();
  plain.language = partOption(given, "language", LANGUAGE);
  plain.script = partOption(given, "script", SCRIPT);
  plain.region = partOption(given, "region", REGION);
  plain.variants = partOption(given, "variants", VARIANTS);
  if (plain.variants !== undefined) checkVariants(plain.variants as string);
  plain.calendar = typeOption(given, "calendar");
  plain.collation = typeOption(given, "collation");
  plain.firstDayOfWeek = firstDay(stringOption(given, "firstDayOfWeek"));
  plain.hourCycle = stringOption(given, "hourCycle", ["h11", "h12", "h23", "h24"]);
  plain.caseFirst = stringOption(given, "caseFirst", ["upper", "lower", "false"]);
  plain.numeric = booleanOption(given, "numeric");
  plain.numberingSystem = typeOption(given, "numberingSystem");
  return ask("Locale.tag", serviceJson([text], plain), "[]") as string;
}

function partOption(options: Options, name: string, pattern: RegExp): string | undefined {
  const text = stringOption(options, name);
  if (text !== undefined && !matches(pattern, text)) throw invalid(name, text);
  return text;
}

/** A variant may not be given twice. */
function checkVariants(variants: string): void {
  const seen: Record<string, boolean> = { __proto__: null } as unknown as Record<string, boolean>;
  for (const variant of variants.toLowerCase().split("-")) {
    if (seen[variant] === true) throw invalid("variants", variants);
    seen[variant] = true;
  }
}

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** https://tc39.es/ecma402/#sec-weekdaytostring */
function firstDay(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  const number = value.length === 1 ? value.charCodeAt(0) - 48 : -1;
  const day = number === 0 ? "sun" : (DAYS[number - 1] ?? value);
  if (!matches(/^[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*$/i, day)) throw invalid("firstDayOfWeek", day);
  return day;
}
