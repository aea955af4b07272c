import { OPERATION } from "../../host-operations.ts";
import { bridge } from "../part-bridge.ts";

const { host } = bridge;
const { parse, stringify } = bridge.json;
const { defineProperty } = Object;

/** The host's description of an error that the standard has it throw. */
interface Refusal {
  error: string;
  message: string;
}

/**
 * Has the host's Intl do something.
 * @param call the service and its method, such as `NumberFormat.format`
 * @param service the locales and options of the service as JSON, or an empty string
 * @param values the JSON of an array of arguments
 * @throws {TypeError | RangeError} as the standard says
 */
export function ask(call: string, service: string, values: string): unknown {
  const result = parse(host(OPERATION.intl, call, service, values) as string) as { value: unknown } | Refusal;
  if (!("error" in result)) return result.value;
  throw result.error === "RangeError" ? new RangeError(result.message) : new TypeError(result.message);
}

/** Returns the JSON of a text. Other than JSON.stringify of an object, this calls nothing that the task may have defined. */
export function jsonOf(text: string): string {
  return stringify(text);
}

/** Returns the JSON of an array of texts; see {@link jsonOf}. */
export function jsonList(texts: readonly string[]): string {
  let json = "";
  for (let i = 0; i < texts.length; i++) json += `${i === 0 ? "" : ","}${stringify(texts[i])}`;
  return `[${json}]`;
}

/** Adds an element to an array, even if the task has defined a setter for its place on Array.prototype. */
export function append<Element>(list: Element[], element: Element): void {
  const place = { __proto__: null, value: element, writable: true, enumerable: true, configurable: true };
  defineProperty(list, list.length, place as PropertyDescriptor);
}

/** Options after they were read: of their own type each, and in no object that has a prototype. */
export type PlainOptions = Record<string, string | number | boolean | undefined>;

/** An object for {@link PlainOptions}. */
export function plainOptions(): PlainOptions {
  return { __proto__: null } as unknown as PlainOptions;
}

/** Returns the locales and options of a service as JSON, as the host takes them. */
export function serviceJson(locales: readonly string[], options: PlainOptions): string {
  let json = "";
  for (const name in options) {
    const value = options[name];
    if (value !== undefined) json += `${json === "" ? "" : ","}${stringify(name)}:${stringify(value)}`;
  }
  return `{"locales":${jsonList(locales)},"options":{${json}}}`;
}

/**
 * Returns the JSON of a number, a bigint or a decimal text: a letter for its type, followed by it as text, so that no digit
 * and no sign is lost.
 */
export function numericJson(value: number | bigint | string): string {
  if (typeof value === "string") return stringify(`s${value}`);
  if (typeof value === "bigint") return stringify(`b${value}`);
  return value === 0 && 1 / value < 0 ? '"n-0"' : stringify(`n${value}`);
}
