import { isObjectOrFunction } from "../webidl.ts";
import { jsonOf } from "./ask.ts";

/** Returns the class of an object of Temporal and its text; undefined for anything else. */
export type DescribeTemporal = (value: object) => readonly [name: string, text: string] | undefined;

const known: { describe: DescribeTemporal | undefined } = { describe: undefined };

/** Makes DateTimeFormat and DurationFormat take objects of Temporal. They exist only once Temporal is loaded. */
export function recogniseTemporal(describe: DescribeTemporal): void {
  known.describe = describe;
}

/** Returns the JSON of an object of Temporal for the host; undefined for anything else. */
export function temporalValue(value: unknown): string | undefined {
  const described = isObjectOrFunction(value) ? known.describe?.(value) : undefined;
  return described === undefined ? undefined : `[${jsonOf(described[0])},${jsonOf(described[1])}]`;
}
