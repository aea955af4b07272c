import type { JsonValue } from "../../../domain/json.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import type { ArgDefinition, ArgTable, CommandDefinition } from "../../framework/command.ts";
import { printable } from "../../framework/output.ts";
import { commandHelp } from "../../framework/usage.ts";
import { type ListedOption, listOptions } from "./listed-options.ts";
import { kindOf } from "./option-value.ts";
import { choicesOf, defaultOf, itemsOf, type OptionSchema, schemasAt, textOf, typesOf } from "./schema-lookup.ts";
import type { OptionsOwner } from "./task-options.ts";

/** An option of a task, for help. */
interface TaskOption {
  /** With dots between the parts of its name. */
  name: string;
  definition: ArgDefinition & { type: "boolean" | "string" };
}

function taskOptions({ schema }: OptionsOwner): TaskOption[] {
  if (schema === undefined) return [];
  return listOptions(schema).map(({ name, option, isRequired }) => ({
    name,
    definition: definitionOf(name, option, isRequired),
  }));
}

function definitionOf(name: string, option: OptionSchema, isRequired: boolean): TaskOption["definition"] {
  const description = optionDescription({ name, option, isRequired });
  if (kindOf(option) === "flag") return { type: "boolean", description };
  return { type: "string", valueHint: valueHint(option), description };
}

/** Returns what is said about an option of a task in one line. */
export function optionDescription({ name, option, isRequired }: ListedOption): string {
  const text = (textOf(option, "description") ?? textOf(option, "title") ?? "").trim();
  const sentence = text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
  const value = defaultOf(option);
  const choices = schemasAt(option).flatMap(choicesOf);
  const parts = [
    sentence,
    choices.length > 0 ? `One of ${choices.slice(0, 20).map(shown).join(", ")}.` : "",
    kindOf(option) === "list" ? "Can be repeated." : "",
    value === undefined ? "" : `Default: ${shown(value)}.`,
    kindOf(option) === "flag" && value === true ? `--no-${name} switches it off.` : "",
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
  const args: ArgTable = Object.fromEntries(options.map(({ name, definition }) => [oneLine(name), definition]));
  const open =
    "The task has no schema for its input, so it takes any options: --key value. Values are JSON if they parse as JSON, and " +
    "text otherwise; dots lead into objects, and repeated options make a list.";
  const command = {
    meta: {
      name: printable(owner.schema === undefined ? `${owner.command} [--key value ...]` : owner.command),
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

/** A name has no line of its own to break. */
function oneLine(name: string): string {
  return printable(name.replaceAll("\n", "\\n").replaceAll("\t", "\\t"));
}
