import { isObjectOrFunction } from "../webidl.ts";
import { append, ask, jsonList, jsonOf } from "./ask.ts";
import { localeTagOf } from "./slots.ts";

/** An options argument after it was coerced to an object. */
export type Options = Record<PropertyKey, unknown>;

const toText = String;
const toObject = Object;
const { floor } = Math;

/** `type` of https://unicode.org/reports/tr35/#Unicode_locale_identifier: the value of a Unicode extension. */
const TYPE = /^[a-z0-9]{3,8}(?:-[a-z0-9]{3,8})*$/i;

/** https://tc39.es/ecma402/#sec-getoptionsobject */
export function getOptionsObject(options: unknown): Options {
  if (options === undefined) return { __proto__: null } as unknown as Options;
  if (isObjectOrFunction(options)) return options;
  throw new TypeError("options must be an object or undefined");
}

/** https://tc39.es/ecma402/#sec-coerceoptionstoobject */
export function coerceOptionsToObject(options: unknown): Options {
  if (options === undefined) return { __proto__: null } as unknown as Options;
  if (options === null) throw new TypeError("options must not be null");
  return toObject(options) as Options;
}

/** https://tc39.es/ecma402/#sec-getoption with type "string". @param values the allowed values, if not all are */
export function stringOption(options: Options, name: string, values?: readonly string[]): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const text = textOf(value);
  if (values !== undefined && !has(values, text)) throw invalid(name, text);
  return text;
}

/** https://tc39.es/ecma402/#sec-getoption with type "boolean" */
export function booleanOption(options: Options, name: string): boolean | undefined {
  const value = options[name];
  return value === undefined ? undefined : !!value;
}

/** An option whose text has to be a `type` of a Unicode locale identifier. */
export function typeOption(options: Options, name: string): string | undefined {
  const text = stringOption(options, name);
  if (text !== undefined && !matches(TYPE, text)) throw invalid(name, text);
  return text;
}

/** https://tc39.es/ecma402/#sec-getnumberoption */
export function numberOption(options: Options, name: string, least: number, most: number): number | undefined {
  return defaultNumberOption(options[name], name, least, most);
}

/** https://tc39.es/ecma402/#sec-defaultnumberoption */
export function defaultNumberOption(value: unknown, name: string, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const number = numberOf(value);
  if (!(number >= least && number <= most)) throw new RangeError(`${name} value is out of range.`);
  return floor(number);
}

/** The option that every service has. */
export function localeMatcher(options: Options): string | undefined {
  return stringOption(options, "localeMatcher", ["lookup", "best fit"]);
}

/** https://tc39.es/ecma402/#sec-canonicalizelocalelist */
export function canonicalizeLocaleList(locales: unknown): string[] {
  if (locales === undefined) return [];
  if (typeof locales === "string") return canonical([locales]);
  const whole = localeTagOf(locales);
  if (whole !== undefined) return [whole];
  if (locales === null) throw new TypeError("null is not a list of locales");
  const list = toObject(locales) as Record<number, unknown> & { length: unknown };
  const length = toLength(list.length);
  const tags: string[] = [];
  for (let k = 0; k < length; k++) {
    if (!(k in list)) continue;
    const tag = tagOf(list[k]);
    const [only] = canonical([tag]);
    if (only !== undefined && !has(tags, only)) append(tags, only);
  }
  return tags;
}

/** The method `supportedLocalesOf` of a service. */
export function supportedLocales(service: string, locales: unknown, options: unknown): unknown {
  const requested = canonicalizeLocaleList(locales);
  const matcher = localeMatcher(coerceOptionsToObject(options)) ?? "best fit";
  return ask(`${service}.supportedLocalesOf`, "", `[${jsonList(requested)},${jsonOf(matcher)}]`);
}

/** Is a text in a list? Nothing of the task's is called. */
export function has(list: readonly string[], text: string): boolean {
  for (let i = 0; i < list.length; i++) if (list[i] === text) return true;
  return false;
}

/** The error for an option with a value that it can't have. */
export function invalid(name: string, value: string): RangeError {
  const shown = value.length > 100 ? `${value.slice(0, 100)}...` : value;
  return new RangeError(`${jsonOf(shown)} is not a valid value for the option ${name}`);
}

/** Does a text match? The task may have changed RegExp.prototype, but `test` was read when Intl was loaded. */
export function matches(pattern: RegExp, text: string): boolean {
  return Reflect.apply(testPattern, pattern, [text]) as boolean;
}

const { test: testPattern } = RegExp.prototype;

/** ToString: unlike String(), it throws for symbols. */
export function textOf(value: unknown): string {
  if (typeof value === "symbol") throw new TypeError("a symbol can't be converted to a string");
  return toText(value);
}

/** ToNumber: unlike Number(), it throws for bigints. */
export function numberOf(value: unknown): number {
  return +(value as number);
}

/** Canonical tags by what was asked for: a method such as localeCompare gets the same one each time. */
const canonicalTags: Record<string, string> = { __proto__: null } as unknown as Record<string, string>;
const MOST_TAGS = 64;
const kept = { count: 0 };

function canonical(tags: readonly [string]): string[] {
  const [tag] = tags;
  const known = canonicalTags[tag];
  if (known !== undefined) return [known];
  const found = ask("getCanonicalLocales", "", `[${jsonList(tags)}]`) as string[];
  const [only] = found;
  if (only !== undefined && kept.count < MOST_TAGS && tag.length < 100) {
    kept.count += 1;
    canonicalTags[tag] = only;
  }
  return found;
}

function tagOf(value: unknown): string {
  if (typeof value !== "string" && !isObjectOrFunction(value)) {
    throw new TypeError("a locale must be a string or an object");
  }
  return localeTagOf(value) ?? textOf(value);
}

function toLength(value: unknown): number {
  const length = numberOf(value);
  if (!(length > 0)) return 0;
  return length > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : floor(length);
}
