import { findOption } from "./find-option.ts";
import { defaultOf, type OptionSchema, propertiesOf, requiredOf } from "./schema-lookup.ts";

/** Maximum number of options that are listed. */
const MAX_OPTIONS = 200;
/** Maximum depth of nested options. */
const MAX_DEPTH = 5;

/** An option of a task. */
export interface ListedOption {
  /** With dots between the parts of its name. */
  name: string;
  option: OptionSchema;
  /** It has to be given, and has no default. */
  isRequired: boolean;
}

/** Lists the options that a schema stands for, in its order. */
export function listOptions(schema: OptionSchema): ListedOption[] {
  const found: ListedOption[] = [];
  collect(found, schema, { root: schema, prefix: "", depth: 0, isRequired: true });
  return found;
}

interface Level {
  root: OptionSchema;
  prefix: string;
  depth: number;
  /** The object that the options belong to has to be given. */
  isRequired: boolean;
}

function collect(into: ListedOption[], schema: OptionSchema, level: Level): void {
  const { root, prefix, depth, isRequired } = level;
  const required = requiredOf(schema);
  for (const [name, option] of propertiesOf(schema)) {
    if (into.length >= MAX_OPTIONS) return;
    // A dot is escaped only if the name would lead to something else without that.
    const isClear = prefix === "" && findOption(root, name)?.path.length === 1;
    const full = prefix + (isClear ? name : name.replaceAll(".", "\\."));
    const needed = isRequired && required.has(name) && defaultOf(option) === undefined;
    const hasOwn = depth < MAX_DEPTH && propertiesOf(option).size > 0;
    if (hasOwn) collect(into, option, { root, prefix: `${full}.`, depth: depth + 1, isRequired: needed });
    else into.push({ name: full, option, isRequired: needed });
  }
}
