import { readText, type ValueForm } from "../../config/value-form.ts";
import { RatchetError } from "../../domain/errors.ts";
import { nearest } from "../../lib/nearest.ts";
import type { ArgDefinition, ArgTable, CommandDefinition, PositionalDefinition } from "./command.ts";

/** A checked command line, in a spelling that citty can't misread. */
export interface CheckedLine {
  /** Options as `--name=value`, the final value of each flag, then `--` and the words. */
  rawArgs: string[];
  /** The texts given for each option with a value, in their order. */
  texts: ReadonlyMap<string, string[]>;
}

type OptionArg = Exclude<ArgDefinition, PositionalDefinition>;

/**
 * Checks a command line before citty parses it. citty accepts unknown options, keeps one value of a repeated option, reads
 * an option as a value, and has no forms of values. GNU conventions apply: `--name value`, `--name=value`, `--` ends the
 * options, and the last of repeated options counts.
 * @param args the command's own and the common options
 * @throws {RatchetError} USAGE
 */
export function checkArguments(command: CommandDefinition, args: ArgTable, given: readonly string[]): CheckedLine {
  const flags = new Map<string, boolean>();
  const texts = new Map<string, string[]>();
  const words: string[] = [];
  const wordsBeforeRest = positionalsOf(args).findIndex(([, { rest }]) => rest === true);
  for (let i = 0; i < given.length; i++) {
    const arg = given[i] ?? "";
    if (arg === "--" || words.length === wordsBeforeRest) {
      words.push(...given.slice(arg === "--" ? i + 1 : i));
      break;
    }
    if (!looksLikeOption(arg)) {
      words.push(arg);
      continue;
    }
    const { written, inline, further } = splitOption(args, arg);
    const { name, definition, negated } = findOption(command, args, written);
    if (definition.type === "boolean") {
      if (inline !== undefined) throw usage(command, `${written} takes no value.`, `Write ${written} alone.`);
      flags.set(name, !negated);
      for (const letter of further) flags.set(findOption(command, args, `-${letter}`).name, true);
      continue;
    }
    const text = inline ?? valueAfter(command, written, definition, given[i + 1]);
    if (inline === undefined) i++;
    checkText(command, written, definition, text);
    texts.set(name, [...(texts.get(name) ?? []), text]);
  }
  checkTogether(command, args, { given: new Set([...flags.keys(), ...texts.keys()]), words });
  checkWords(command, words);
  const options = [...texts].flatMap(([name, values]) => values.map((value) => `--${name}=${value}`));
  return { rawArgs: [...options, ...[...flags].map(flagForCitty), "--", ...words], texts };
}

/**
 * Splits `--name=value`, `-nvalue`, `-n=value` and flags that share a dash, such as `-qp`. A short option that is not
 * known is left whole, for the message.
 */
function splitOption(
  args: ArgTable,
  arg: string,
): { written: string; inline: string | undefined; further: readonly string[] } {
  const equals = arg.indexOf("=");
  if (arg.startsWith("--") || arg.length === 2) {
    if (equals === -1) return { written: arg, inline: undefined, further: [] };
    return { written: arg.slice(0, equals), inline: arg.slice(equals + 1), further: [] };
  }
  const [first = "", ...letters] = arg.slice(1);
  const kindOf = (letter: string) => optionNamed(args, shortName(args, letter))?.type;
  const written = `-${first}`;
  const kind = kindOf(first);
  if (kind !== undefined && kind !== "boolean") {
    const inline = arg.slice(arg[2] === "=" ? 3 : 2);
    return { written, inline, further: [] };
  }
  if (kind === "boolean" && letters.every((letter) => kindOf(letter) === "boolean")) {
    return { written, inline: undefined, further: letters };
  }
  return { written: arg, inline: undefined, further: [] };
}

/** Returns the long name of a short option; "" if there is no such option. */
function shortName(args: ArgTable, letter: string): string {
  const found = Object.entries(args).find(([, one]) => one.type !== "positional" && one.short === letter);
  return found?.[0] ?? "";
}

/**
 * Returns the part of a command line that the command itself reads, without the words that its last positional takes as
 * they are.
 */
export function ownPart(args: ArgTable, given: readonly string[]): readonly string[] {
  const takesRest = positionalsOf(args).some(([, { rest }]) => rest === true);
  return takesRest ? given.slice(0, firstWordAt(args, given)) : given;
}

/** Returns the index of the first word that is neither an option nor the value of one; the length if every word is. */
export function firstWordAt(args: ArgTable, given: readonly string[]): number {
  for (let i = 0; i < given.length; i++) {
    const arg = given[i] ?? "";
    if (arg === "--") return i + 1;
    if (!looksLikeOption(arg)) return i;
    const { written, inline } = splitOption(args, arg);
    const name = written.startsWith("--") ? written.slice(2) : shortName(args, written.slice(1));
    const type = optionNamed(args, name)?.type;
    if (inline === undefined && type !== undefined && type !== "boolean") i++;
  }
  return given.length;
}

/** citty treats every `--no-NAME` as a negation, so a flag with such a name is passed in camelCase. */
function flagForCitty([name, on]: [name: string, on: boolean]): string {
  if (!on) return `--no-${name}`;
  return name.startsWith("no-")
    ? `--${name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())}`
    : `--${name}`;
}

/** Returns the form of an argument's value. */
export function formOf(definition: Exclude<ArgDefinition, { type: "boolean" }>): ValueForm {
  if (definition.type === "enum") return { type: "choice", choices: definition.options };
  return definition.form ?? { type: "string" };
}

/** Returns true for an option. `-` is standard input or output, `-5` a number; everything else that starts with a dash is an option. */
export function looksLikeOption(arg: string): boolean {
  return /^-(?:-|[^\d.-])/.test(arg) && arg !== "--";
}

function findOption(
  command: CommandDefinition,
  args: ArgTable,
  written: string,
): { name: string; definition: OptionArg; negated: boolean } {
  const name = written.startsWith("--") ? written.slice(2) : shortName(args, written.slice(1));
  const definition = optionNamed(args, name);
  if (definition !== undefined) return { name, definition, negated: false };
  const positive = name.startsWith("no-") ? name.slice("no-".length) : "";
  const denied = optionNamed(args, positive);
  if (denied?.type === "boolean" && denied.negativeDescription !== undefined) {
    return { name: positive, definition: denied, negated: true };
  }
  const names = Object.keys(args).filter((key) => optionNamed(args, key) !== undefined);
  const other = Object.hasOwn(command.otherOptions ?? {}, written) ? command.otherOptions?.[written] : undefined;
  if (other !== undefined) throw usage(command, `unknown option ${written}.`, other);
  const near = denied === undefined ? nearest(written.replace(/^-+/, ""), names) : positive;
  throw usage(
    command,
    `unknown option ${written}.`,
    near === undefined ? `\`ratchet ${command.meta.name} --help\` lists the options.` : `Did you mean --${near}?`,
  );
}

function optionNamed(args: ArgTable, name: string): OptionArg | undefined {
  const definition = Object.hasOwn(args, name) ? args[name] : undefined;
  return definition?.type === "positional" ? undefined : definition;
}

function valueAfter(
  command: CommandDefinition,
  written: string,
  definition: OptionArg,
  next: string | undefined,
): string {
  if (next !== undefined && !looksLikeOption(next) && next !== "--") return next;
  const value = valueName(definition);
  throw usage(
    command,
    `${written} needs a value.`,
    `Write ${written} ${value}, or ${written}=${value} when the value starts with a dash.`,
  );
}

/** Returns the name of an option's value in help. */
export function valueName(definition: OptionArg): string {
  return (definition.type === "boolean" ? undefined : definition.valueHint) ?? "VALUE";
}

function checkText(
  command: CommandDefinition,
  shown: string,
  definition: Exclude<ArgDefinition, { type: "boolean" }>,
  text: string,
): void {
  // This is usually an unset variable of a script, which would otherwise mean the current folder or a file without a name.
  if (text === "" && definition.complete !== undefined) {
    throw usage(command, `${shown}: the path is empty.`, "Give a path; . is the current folder.");
  }
  const form = formOf(definition);
  const reading = readText(form, text);
  if (!("problem" in reading)) return;
  const isWord = definition.type === "positional" && form.type === "choice";
  const near = isWord ? nearest(text, form.choices) : undefined;
  const remedy = near === undefined ? reading.remedy : `Did you mean ${near}? ${reading.remedy}`;
  throw usage(command, `${shown}: ${reading.problem}.`, remedy);
}

function checkTogether(
  command: CommandDefinition,
  args: ArgTable,
  { given, words }: { given: ReadonlySet<string>; words: readonly string[] },
): void {
  for (const [name, definition] of Object.entries(args)) {
    if (definition.type === "positional") continue;
    if (!given.has(name)) {
      if (definition.type === "boolean" || !definition.required) continue;
      // A word that is one too many may be meant as the value.
      const value = positionalsOf(args).length === 0 ? words[0] : undefined;
      throw usage(command, `--${name} is missing.`, `Add --${name} ${value ?? valueName(definition)}.`);
    }
    const other = definition.excludes?.find((excluded) => given.has(excluded));
    if (other !== undefined) {
      throw usage(command, `--${name} and --${other} exclude each other.`, "Give only one of them.");
    }
    const needed = definition.needs === undefined ? [] : [definition.needs].flat();
    if (needed.length > 0 && !needed.some((one) => given.has(one))) {
      const choices = needed.map((one) => `--${one}`).join(" or ");
      throw usage(command, `--${name} works only with ${choices}.`, `Add ${choices}.`);
    }
  }
}

function checkWords(command: CommandDefinition, words: readonly string[]): void {
  const help = `\`ratchet ${command.meta.name} --help\` shows what to write.`;
  const positionals = positionalsOf(command.args);
  for (const [index, [name, positional]] of positionals.entries()) {
    const own = positional.multiple ? words.slice(index) : words.slice(index, index + 1);
    if (own.length === 0 && positional.required !== false) {
      const form = formOf(positional);
      const remedy = form.type === "choice" ? `Write one of ${form.choices.join(", ")}.` : help;
      throw usage(command, `${name.toUpperCase()} is missing.`, remedy);
    }
    for (const word of own) checkText(command, name.toUpperCase(), positional, word);
  }
  const extra = positionals.at(-1)?.[1].multiple ? undefined : words[positionals.length];
  if (extra !== undefined) throw usage(command, `"${extra}" is one word too many.`, help);
}

/** Returns the positionals of a command, in order. */
export function positionalsOf(args: ArgTable): [name: string, definition: PositionalDefinition][] {
  return Object.entries(args).flatMap(([name, definition]) =>
    definition.type === "positional" ? [[name, definition] as [string, PositionalDefinition]] : [],
  );
}

function usage(command: CommandDefinition, message: string, remedy: string): RatchetError {
  return new RatchetError("USAGE", `${command.meta.name}: ${message}`, { remedy });
}
