import { ask, jsonOf } from "./ask.ts";
import { compareTexts, readCollator } from "./collator.ts";
import { formatDate, type Need, readDateTimeFormat } from "./date-time-format.ts";
import { formatNumber, readNumberFormat } from "./number-format.ts";
import { canonicalizeLocaleList, has, textOf } from "./options.ts";

type Method = (self: unknown, values: readonly unknown[]) => unknown;

const { apply } = Reflect;
const { isNaN: isNotANumber } = Number;
const numberValue = Number.prototype.valueOf;
const bigintValue = BigInt.prototype.valueOf;
const dateValue = Date.prototype.getTime;
const lower = String.prototype.toLowerCase;
const upper = String.prototype.toUpperCase;
const typedArrayLength = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Uint8Array.prototype), "length")
  ?.get as () => number;

/** Languages with rules of their own for upper and lower case. */
const CASED = ["az", "lt", "tr", "el"];

/** The methods of the language's own objects whose results depend on a locale: see guest/locale-methods.ts. */
export const LOCALE_METHODS: Readonly<Record<string, Method>> = {
  "Number.toLocaleString": (self, [locales, options]) => {
    const value: unknown = apply(numberValue, self, []);
    return formatNumber(readNumberFormat(locales, options), value);
  },
  "BigInt.toLocaleString": (self, [locales, options]) => {
    const value: unknown = apply(bigintValue, self, []);
    return formatNumber(readNumberFormat(locales, options), value);
  },
  "Date.toLocaleString": (self, values) => dateText(self, values, "any", "all"),
  "Date.toLocaleDateString": (self, values) => dateText(self, values, "date", "date"),
  "Date.toLocaleTimeString": (self, values) => dateText(self, values, "time", "time"),
  "String.localeCompare": (self, [that, locales, options]) => {
    const text = thisText(self, "localeCompare");
    const other = textOf(that);
    return compareTexts(readCollator(locales, options), text, other);
  },
  "String.toLocaleLowerCase": (self, [locales]) => {
    const text = thisText(self, "toLocaleLowerCase");
    return inCase("lower", text, locales);
  },
  "String.toLocaleUpperCase": (self, [locales]) => {
    const text = thisText(self, "toLocaleUpperCase");
    return inCase("upper", text, locales);
  },
  "Array.toLocaleString": (self, values) => {
    if (self === undefined || self === null) throw new TypeError("the receiver must not be undefined or null");
    const array = Object(self) as Record<number, unknown> & { length: unknown };
    return joined(array, lengthOf(array.length), values);
  },
  "TypedArray.toLocaleString": (self, values) => {
    if (!ArrayBuffer.isView(self)) throw new TypeError("the receiver is not a typed array");
    const length = apply(typedArrayLength, self, []);
    // The standard's ValidateTypedArray throws for an array that is out of bounds; this method of every typed array does that.
    apply(typedArrayAt, self, [0]);
    return joined(self as unknown as Record<number, unknown>, length, values);
  },
};

const { at: typedArrayAt } = Object.getPrototypeOf(Uint8Array.prototype) as { at: (index: number) => unknown };

function dateText(self: unknown, [locales, options]: readonly unknown[], required: Need, defaults: Need): unknown {
  const time = apply(dateValue, self, []) as number;
  if (isNotANumber(time)) return "Invalid Date";
  return formatDate(readDateTimeFormat(locales, options, required, defaults), time);
}

function thisText(self: unknown, method: string): string {
  if (self === undefined || self === null) {
    throw new TypeError(`String.prototype.${method} called on undefined or null`);
  }
  return textOf(self);
}

/** https://tc39.es/ecma402/#sec-transformcase */
function inCase(which: "lower" | "upper", text: string, locales: unknown): unknown {
  const requested = canonicalizeLocaleList(locales);
  const [tag = "en"] = requested;
  const dash = tag.indexOf("-");
  const language = dash < 0 ? tag : tag.slice(0, dash);
  if (!has(CASED, language)) return apply(which === "lower" ? lower : upper, text, []);
  return ask(`String.${which}`, "", `[${jsonOf(text)},${jsonOf(language)}]`);
}

/** The texts of an array's elements with commas between them: https://tc39.es/ecma402/#sup-array.prototype.tolocalestring */
function joined(array: Record<number, unknown>, length: number, values: readonly unknown[]): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    if (i > 0) text += ",";
    const element = array[i];
    if (element === undefined || element === null) continue;
    const method = (element as { toLocaleString: unknown }).toLocaleString;
    if (typeof method !== "function") throw new TypeError("toLocaleString of an element is not a function");
    text += textOf(apply(method, element, [values[0], values[1]]));
  }
  return text;
}

function lengthOf(value: unknown): number {
  const length = Math.floor(+(value as number));
  if (!(length > 0)) return 0;
  return length > Number.MAX_SAFE_INTEGER ? Number.MAX_SAFE_INTEGER : length;
}
