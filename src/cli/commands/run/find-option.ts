import { splitName } from "../run-once/set-values.ts";
import type { OptionSchema } from "./schema-lookup.ts";
import { furtherProperties, isClosed, itemsOf, propertiesOf, typesOf } from "./schema-lookup.ts";

/** An option of a task, by the names that lead to its value. */
export interface FoundOption {
  path: string[];
  option: OptionSchema;
}

/**
 * Finds the value that an option stands for. `--max-items` also finds `maxItems` and `max_items`, and `--a.b` a property
 * `a.b` if there is no property `a`.
 * @returns undefined if the schema has nothing of this name
 */
export function findOption(schema: OptionSchema, name: string): FoundOption | undefined {
  const parts = splitName(name);
  const whole = parts.length > 1 && !propertiesOf(schema).has(parts[0] ?? "") ? memberNamed(schema, name) : undefined;
  if (whole !== undefined) return { path: [whole.name], option: whole.option };
  let option = schema;
  const path: string[] = [];
  for (const part of parts) {
    const next = memberOf(option, part);
    if (next === undefined) return undefined;
    path.push(next.name);
    option = next.option;
  }
  return { path, option };
}

/** Returns true if the schema allows a list, and no object, at the place that names lead to. */
export function isListAt(schema: OptionSchema, names: readonly string[]): boolean {
  let option: OptionSchema | undefined = schema;
  for (const name of names) option = option === undefined ? undefined : memberOf(option, name)?.option;
  const types = option === undefined ? undefined : typesOf(option);
  return types?.has("array") === true && !types.has("object");
}

interface MemberOption {
  name: string;
  option: OptionSchema;
}

function memberOf(option: OptionSchema, part: string): MemberOption | undefined {
  const named = memberNamed(option, part);
  if (named !== undefined) return named;
  if (/^\d{1,6}$/.test(part) && typesOf(option).has("array")) return { name: part, option: itemsOf(option) };
  const further = part === "" ? undefined : furtherProperties(option, part);
  if (further !== undefined) return { name: part, option: further };
  // A schema that says nothing about its members accepts any, except at the top, where it would hide each mistake.
  const isOpen = [...typesOf(option)].every((type) => type === "object" || type === "null");
  const says = propertiesOf(option).size > 0 || isClosed(option) || !isOpen;
  return says || part === "" ? undefined : { name: part, option: { root: option.root, schema: {} } };
}

/** Returns the property of a name, or the only one whose name differs from it in case, dashes and underscores alone. */
function memberNamed(option: OptionSchema, part: string): MemberOption | undefined {
  const properties = propertiesOf(option);
  const exact = properties.get(part);
  if (exact !== undefined) return { name: part, option: exact };
  const similar = [...properties].filter(([name]) => plain(name) === plain(part));
  const [only, other] = similar;
  return only !== undefined && other === undefined ? { name: only[0], option: only[1] } : undefined;
}

function plain(name: string): string {
  return name.replace(/[-_]/g, "").toLowerCase();
}
