import { type ArgsDef, parseArgs } from "citty";
import { readText, type ValueForm } from "../../config/value-form.ts";
import { type ArgTable, COMMON_OPTIONS, type CommandDefinition } from "./command.ts";
import { checkArguments, formOf, positionalsOf } from "./strict-arguments.ts";

type Value = string | number | boolean;

/** A command line that was parsed and checked against a command's definition. */
export interface ParsedArguments {
  /** By name: flags are booleans, `multiple` arguments are lists, others are `undefined` if missing. */
  args: Record<string, Value | Value[] | undefined>;
  /** The words that are not options. */
  words: string[];
}

/**
 * Parses everything after the command's name. The strict layer checks it, citty parses it, and the values are read
 * according to their forms.
 * @throws {RatchetError} USAGE
 */
export function parseArguments(command: CommandDefinition, given: readonly string[]): ParsedArguments {
  const table: ArgTable = { ...command.args, ...COMMON_OPTIONS };
  const { rawArgs, texts } = checkArguments(command, table, given);
  const parsed = parseArgs(rawArgs, table as ArgsDef);
  const words = parsed._;
  const args: ParsedArguments["args"] = {};
  for (const [name, definition] of Object.entries(table)) {
    if (definition.type === "positional") continue;
    const value: unknown = parsed[name];
    if (definition.type === "boolean") {
      args[name] = value === undefined && definition.negativeDescription !== undefined ? undefined : value === true;
      continue;
    }
    const form = formOf(definition);
    if (definition.multiple) args[name] = (texts.get(name) ?? []).map((text) => valueIn(form, text));
    else args[name] = typeof value === "string" ? valueIn(form, value) : undefined;
  }
  for (const [index, [name, definition]] of positionalsOf(command.args).entries()) {
    const form = formOf(definition);
    const word: unknown = parsed[name];
    if (definition.multiple) args[name] = words.slice(index).map((text) => valueIn(form, text));
    else args[name] = typeof word === "string" ? valueIn(form, word) : undefined;
  }
  return { args, words };
}

/** Converts a text that was checked already. */
function valueIn(form: ValueForm, text: string): Value {
  const reading = readText(form, text);
  return "value" in reading ? reading.value : text;
}
