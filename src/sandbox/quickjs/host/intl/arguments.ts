/** A call that the guest API never makes: only a task that reached the host function itself can do that. */
export class MalformedCall extends Error {
  override readonly name = "MalformedCall";
}

/** The type of an option: its values are checked by the runtime, which knows the standard. */
export type OptionType = "text" | "number" | "boolean" | "text or boolean";

/** Options as the runtime gets them: an object without a prototype, with members of these types. */
export type PlainOptions = Record<string, string | number | boolean>;

/** A service's locales and options, rebuilt. */
export interface ServiceArguments {
  locales: string[];
  options: PlainOptions;
}

/** Returns the array of a JSON text. @throws {MalformedCall} */
export function arrayOf(json: string): readonly unknown[] {
  const value = parsed(json);
  if (!Array.isArray(value)) throw new MalformedCall("the arguments are not an array");
  return value;
}

/** Returns a text. @throws {MalformedCall} */
export function textOf(value: unknown): string {
  if (typeof value !== "string") throw new MalformedCall("an argument is not a text");
  return value;
}

/** Returns a list of texts. @throws {MalformedCall} */
export function textsOf(value: unknown): string[] {
  if (!Array.isArray(value)) throw new MalformedCall("an argument is not a list");
  return value.map(textOf);
}

/** Returns a number, a bigint, or the text of a decimal number; see the guest's `numericJson`. @throws {MalformedCall} */
export function numericOf(value: unknown): number | bigint | `${number}` {
  const text = textOf(value);
  const rest = text.slice(1);
  if (text.startsWith("n")) return Number(rest);
  if (text.startsWith("b") && /^-?\d+$/.test(rest)) return boundedBigInt(rest);
  if (text.startsWith("s")) return bounded(rest) as `${number}`;
  throw new MalformedCall("an argument is not a number");
}

/** Returns the locales and options of a service, each option of the type that it has there. @throws {MalformedCall} */
export function serviceArguments(json: string, types: Readonly<Record<string, OptionType>>): ServiceArguments {
  const value = parsed(json) as { locales?: unknown; options?: unknown } | null;
  const given = value?.options;
  if (typeof given !== "object" || given === null) throw new MalformedCall("the options are not an object");
  const options: PlainOptions = Object.create(null) as PlainOptions;
  for (const [name, type] of Object.entries(types)) {
    const option: unknown = Object.hasOwn(given, name) ? (given as Record<string, unknown>)[name] : undefined;
    if (option !== undefined) options[name] = optionOf(option, type);
  }
  return { locales: textsOf(value?.locales), options };
}

function optionOf(value: unknown, type: OptionType): string | number | boolean {
  const fits =
    (typeof value === "string" && type.startsWith("text")) ||
    (typeof value === "number" && type === "number") ||
    (typeof value === "boolean" && type.endsWith("boolean"));
  if (!fits) throw new MalformedCall("an option has another type");
  return value as string | number | boolean;
}

/**
 * The most digits of a number, characters. Formatting takes time that grows with their square: 20 ms for 100,000 digits.
 */
const MAX_DIGITS = 100_000;

function bounded(digits: string): string {
  if (digits.length > MAX_DIGITS) throw new RangeError(`Intl formats numbers of at most ${MAX_DIGITS} digits`);
  return digits;
}

function boundedBigInt(digits: string): bigint {
  return BigInt(bounded(digits));
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new MalformedCall("the arguments are not JSON");
  }
}
