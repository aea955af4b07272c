import { readText } from "../config/value-form.ts";
import { RatchetError } from "../domain/errors.ts";
import { nearest } from "../lib/nearest.ts";
import { COMMON_OPTIONS, type CommandDefinition, type OptionDefinition, type PositionalDefinition } from "./command.ts";

type Value = string | number | boolean;

/** A command line taken apart and checked against a command's definition. */
export interface ParsedArguments {
  /** By option name: flags are booleans, `multiple` options lists, others `undefined` when not given. */
  options: Record<string, Value | Value[] | undefined>;
  words: string[];
}

/**
 * Parses what follows the command's name. GNU conventions: `--name value`, `--name=value`, `--` ends the options; of an
 * option given twice the last counts.
 * @throws {RatchetError} USAGE
 */
export function parseArguments(command: CommandDefinition, args: readonly string[]): ParsedArguments {
  const table: Record<string, OptionDefinition> = { ...command.options, ...COMMON_OPTIONS };
  const options: ParsedArguments["options"] = {};
  for (const [name, definition] of Object.entries(table)) {
    if (definition.multiple) options[name] = [];
    else if (definition.form === undefined && !definition.negatable) options[name] = false;
  }
  const words: string[] = [];
  const given = new Set<string>();
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (arg === "--") {
      words.push(...args.slice(i + 1));
      break;
    }
    if (!looksLikeOption(arg)) {
      words.push(arg);
      continue;
    }
    const equals = arg.indexOf("=");
    const written = equals === -1 ? arg : arg.slice(0, equals);
    const inline = equals === -1 ? undefined : arg.slice(equals + 1);
    const { name, definition, negated } = findOption(command, table, written);
    given.add(name);
    if (definition.form === undefined) {
      if (inline !== undefined) throw usage(command, `${written} takes no value.`, `Write ${written} alone.`);
      options[name] = !negated;
      continue;
    }
    const next = args[i + 1];
    if (inline === undefined && (next === undefined || looksLikeOption(next) || next === "--")) {
      const value = definition.value ?? "VALUE";
      throw usage(
        command,
        `${written} needs a value.`,
        `Write ${written} ${value}, or ${written}=${value} when the value starts with a dash.`,
      );
    }
    const text = inline ?? next ?? "";
    if (inline === undefined) i++;
    if (text === "" && definition.complete !== undefined) throw emptyPath(command, written);
    const reading = readText(definition.form, text);
    if ("problem" in reading) throw usage(command, `${written}: ${reading.problem}.`, reading.remedy);
    const list = options[name];
    if (Array.isArray(list)) list.push(reading.value);
    else options[name] = reading.value;
  }
  checkTogether(command, table, given);
  checkWords(command, words);
  return { options, words };
}

/** `-` is standard input or output, `-5` a number; everything else that starts with a dash is an option. */
function looksLikeOption(arg: string): boolean {
  return /^-(?:-|[^\d.-])/.test(arg) && arg !== "--";
}

function findOption(
  command: CommandDefinition,
  table: Readonly<Record<string, OptionDefinition>>,
  written: string,
): { name: string; definition: OptionDefinition; negated: boolean } {
  const name = written.startsWith("--") ? written.slice(2) : "";
  const definition = Object.hasOwn(table, name) ? table[name] : undefined;
  if (definition !== undefined) return { name, definition, negated: false };
  const positive = name.startsWith("no-") ? name.slice("no-".length) : "";
  const denied = Object.hasOwn(table, positive) ? table[positive] : undefined;
  if (denied?.negatable) return { name: positive, definition: denied, negated: true };
  const near = denied === undefined ? nearest(written.replace(/^-+/, ""), Object.keys(table)) : positive;
  throw usage(
    command,
    `unknown option ${written}.`,
    near === undefined ? `\`ratchet ${command.name} --help\` lists the options.` : `Did you mean --${near}?`,
  );
}

function checkTogether(
  command: CommandDefinition,
  table: Readonly<Record<string, OptionDefinition>>,
  given: ReadonlySet<string>,
): void {
  for (const [name, definition] of Object.entries(table)) {
    if (definition.required && !given.has(name)) {
      throw usage(command, `--${name} is missing.`, `Add --${name} ${definition.value ?? "VALUE"}.`);
    }
    if (!given.has(name)) continue;
    const other = definition.excludes?.find((excluded) => given.has(excluded));
    if (other !== undefined) {
      throw usage(command, `--${name} and --${other} exclude each other.`, "Give only one of them.");
    }
    if (definition.needs !== undefined && !given.has(definition.needs)) {
      throw usage(command, `--${name} works only with --${definition.needs}.`, `Add --${definition.needs}.`);
    }
  }
}

function checkWords(command: CommandDefinition, words: readonly string[]): void {
  const positionals = command.positionals ?? [];
  for (const [index, positional] of positionals.entries()) {
    const own = positional.multiple ? words.slice(index) : words.slice(index, index + 1);
    if (own.length === 0 && positional.required) {
      throw usage(command, `${positional.name} is missing.`, wordsRemedy(command, positional));
    }
    for (const word of own) {
      if (word === "" && positional.complete !== undefined) throw emptyPath(command, positional.name);
      const reading = positional.form === undefined ? undefined : readText(positional.form, word);
      if (reading === undefined || "value" in reading) continue;
      const near = positional.form?.type === "choice" ? nearest(word, positional.form.choices) : undefined;
      const remedy = near === undefined ? reading.remedy : `Did you mean ${near}? ${reading.remedy}`;
      throw usage(command, `${positional.name}: ${reading.problem}.`, remedy);
    }
  }
  const extra = positionals.at(-1)?.multiple ? undefined : words[positionals.length];
  if (extra !== undefined) {
    throw usage(command, `"${extra}" is one word too many.`, `\`ratchet ${command.name} --help\` shows what to write.`);
  }
}

/** Mostly an unset variable of a script: it would otherwise mean the current folder, or a file without a name. */
function emptyPath(command: CommandDefinition, name: string): RatchetError {
  return usage(command, `${name}: the path is empty.`, "Give a path; . is the current folder.");
}

function wordsRemedy(command: CommandDefinition, positional: PositionalDefinition): string {
  if (positional.form?.type === "choice") return `Write one of ${positional.form.choices.join(", ")}.`;
  return `\`ratchet ${command.name} --help\` shows what to write.`;
}

function usage(command: CommandDefinition, message: string, remedy: string): RatchetError {
  return new RatchetError("USAGE", `${command.name}: ${message}`, { remedy });
}
