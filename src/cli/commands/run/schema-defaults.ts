import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { defaultOf, type OptionSchema, propertiesOf } from "./schema-lookup.ts";

/** Depth to which defaults are filled in. */
const MAX_DEPTH = 20;

/** A property of a schema with its default. */
interface Member {
  name: string;
  value: JsonValue | undefined;
  option: OptionSchema;
}

/**
 * Creates the function that adds the schema's defaults to an object for properties that it lacks, also inside objects that
 * it has. It looks at each part of the schema once.
 */
export function defaultsFiller(schema: OptionSchema): (input: JsonObject) => void {
  const known = new Map<JsonObject, Member[]>();
  const membersOf = (option: OptionSchema): Member[] => {
    let members = known.get(option.schema);
    if (members === undefined) {
      members = [...propertiesOf(option)].map(([name, one]) => ({ name, value: defaultOf(one), option: one }));
      known.set(option.schema, members);
    }
    return members;
  };
  const fill = (input: JsonObject, option: OptionSchema, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    for (const { name, value, option: own } of membersOf(option)) {
      if (!Object.hasOwn(input, name)) {
        if (value === undefined) continue;
        const property = { value: structuredClone(value), writable: true, enumerable: true, configurable: true };
        Object.defineProperty(input, name, property);
      }
      const held = input[name];
      if (isObject(held)) fill(held as JsonObject, own, depth + 1);
    }
  };
  return (input) => fill(input, schema, 0);
}
