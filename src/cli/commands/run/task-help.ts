import type { JsonValue } from "../../../domain/json.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { ArgDefinition, ArgTable, CommandDefinition } from "../../framework/command.ts";
import { printable } from "../../framework/output.ts";
import { commandHelp } from "../../framework/usage.ts";
import { kindOf } from "./option-value.ts";
import {
  choicesOf,
  defaultOf,
  itemsOf,
  type OptionSchema,
  propertiesOf,
  requiredOf,
  schemasAt,
  textOf,
  typesOf,
} from "./schema-lookup.ts";
import type { OptionsOwner } from "./task-options.ts";

/** Maximum number of options that are listed. */
const MAX_OPTIONS = 200;
/** Maximum depth of nested options. */
const MAX_DEPTH = 5;

/** An option of a task, for help and completion. */
export interface TaskOption {
  /** With dots between the parts of its name. */
  name: string;
  definition: ArgDefinition & { type: "boolean" | "string" };
}

/** Lists the options of a task, in the order of its schema. */
export function taskOptions({ schema }: OptionsOwner): TaskOption[] {
  const found: TaskOption[] = [];
  if (schema !== undefined) collect(found, schema, { prefix: "", depth: 0, isRequired: true });
  return found;
}

interface Level {
  prefix: string;
  depth: number;
  /** The object that the options belong to has to be given. */
  isRequired: boolean;
}

function collect(into: TaskOption[], schema: OptionSchema, { prefix, depth, isRequired }: Level): void {
  const required = requiredOf(schema);
  for (const [name, option] of propertiesOf(schema)) {
    if (into.length >= MAX_OPTIONS) return;
    const full = prefix + name.replaceAll(".", "\\.");
    const needed = isRequired && required.has(name) && defaultOf(option) === undefined;
    const hasOwn = depth < MAX_DEPTH && propertiesOf(option).size > 0;
    if (hasOwn) collect(into, option, { prefix: `${full}.`, depth: depth + 1, isRequired: needed });
    else into.push({ name: full, definition: definitionOf(option, needed) });
  }
}

function definitionOf(option: OptionSchema, isRequired: boolean): TaskOption["definition"] {
  const description = descriptionOf(option, isRequired);
  if (kindOf(option) === "flag") return { type: "boolean", description };
  return { type: "string", valueHint: valueHint(option), description };
}

function descriptionOf(option: OptionSchema, isRequired: boolean): string {
  const text = (textOf(option, "description") ?? textOf(option, "title") ?? "").trim();
  const sentence = text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
  const value = defaultOf(option);
  const choices = schemasAt(option).flatMap(choicesOf);
  const parts = [
    sentence,
    choices.length > 0 ? `One of ${choices.slice(0, 20).map(shown).join(", ")}.` : "",
    kindOf(option) === "list" ? "Can be repeated." : "",
    value === undefined ? "" : `Default: ${shown(value)}.`,
    isRequired ? "Required." : "",
  ];
  const said = parts.filter((part) => part !== "");
  // A line of the list needs some text.
  return said.length === 0 ? "No description." : printable(said.join(" ").replace(/\s+/g, " "));
}

function shown(value: JsonValue): string {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}

function valueHint(option: OptionSchema): string {
  const of = kindOf(option) === "list" ? itemsOf(option) : option;
  const types = [...typesOf(of)].filter((type) => type !== "null");
  if (types.length !== 1) return "VALUE";
  return { string: "TEXT", number: "NUMBER", integer: "INTEGER", boolean: "BOOLEAN", object: "JSON", array: "JSON" }[
    types[0] as "string"
  ];
}

/** Returns the help of a task: what it does, and its options. */
export async function taskHelp(task: TaskDefinition, owner: OptionsOwner): Promise<string> {
  const { label, version, description } = task.metadata;
  const options = taskOptions(owner);
  const args: ArgTable = Object.fromEntries(options.map(({ name, definition }) => [printable(name), definition]));
  const open =
    "The task has no schema for its input, so it takes any options: --key value. Values are JSON if they parse as JSON, and " +
    "text otherwise; dots lead into objects, and repeated options make a list.";
  const command = {
    meta: {
      name: printable(owner.command),
      description: printable(description).replace(/\.$/, ""),
      details: [
        `Task ${printable(label)}, version ${version}.`,
        ...(owner.schema === undefined ? [open] : []),
        "The input can also be JSON: `-` reads it from standard input, and -i JSON before the path gives it.",
      ],
      examples: exampleOf(options, owner),
    },
    args,
  } satisfies Pick<CommandDefinition, "meta" | "args">;
  return commandHelp(command, {});
}

function exampleOf(options: readonly TaskOption[], { command }: OptionsOwner): readonly (readonly [string, string])[] {
  const required = options.filter(({ definition }) => definition.description.endsWith("Required."));
  if (required.length === 0) return [];
  const words = required.map(({ name, definition }) => {
    const hint = definition.type === "string" ? ` ${definition.valueHint ?? "VALUE"}` : "";
    return `--${name}${hint}`;
  });
  return [[printable(`ratchet ${command} ${words.join(" ")}`), "with all that is required"]];
}
