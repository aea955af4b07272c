import { ask, jsonList } from "./ask.ts";
import { readDateTimeFormat } from "./date-time-format.ts";
import { readDurationFormat } from "./duration-format.ts";

/**
 * The method `toLocaleString` of an object of Temporal. The host has a Temporal of its own, which decides what is shown.
 * @param value the object's class and text
 */
export function temporalText(
  value: readonly [name: string, text: string],
  locales: unknown,
  options: unknown,
): unknown {
  const json = jsonList(value);
  if (value[0] === "Duration") return ask("DurationFormat.format", readDurationFormat(locales, options), `[${json}]`);
  return ask("Temporal.toLocaleString", readDateTimeFormat(locales, options, "none", "none"), `[${json}]`);
}
