import { splitName } from "../run-once/set-values.ts";
import type { OptionSchema } from "./schema-lookup.ts";
import { furtherProperties, itemsOf, propertiesOf, typesOf } from "./schema-lookup.ts";

/** An option of a task, by the names that lead to its value. */
export interface FoundOption {
  path: string[];
  option: OptionSchema;
}

/**
 * Finds the value that an option stands for. `--max-items` also finds `maxItems` and `max_items`.
 * @returns undefined if the schema has nothing of this name
 */
export function findOption(schema: OptionSchema, name: string): FoundOption | undefined {
  let option = schema;
  const path: string[] = [];
  for (const part of splitName(name)) {
    const next = memberOf(option, part);
    if (next === undefined) return undefined;
    path.push(next.name);
    option = next.option;
  }
  return { path, option };
}

function memberOf(option: OptionSchema, part: string): { name: string; option: OptionSchema } | undefined {
  const properties = propertiesOf(option);
  const exact = properties.get(part);
  if (exact !== undefined) return { name: part, option: exact };
  const similar = [...properties].filter(([name]) => plain(name) === plain(part));
  const [only, other] = similar;
  if (only !== undefined && other === undefined) return { name: only[0], option: only[1] };
  if (/^\d{1,6}$/.test(part) && typesOf(option).has("array")) return { name: part, option: itemsOf(option) };
  const further = part === "" ? undefined : furtherProperties(option, part);
  if (further !== undefined) return { name: part, option: further };
  // A schema that says nothing about its members accepts any, except at the top, where it would hide each mistake.
  const says = properties.size > 0 || typesOf(option).size > 0;
  return says || part === "" ? undefined : { name: part, option: { root: option.root, schema: {} } };
}

function plain(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}
