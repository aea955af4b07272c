import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { defined } from "../../../lib/defined.ts";
import { isObject } from "../../../lib/is-object.ts";
import { nearest } from "../../../lib/nearest.ts";
import { type ArgDefinition, COMMON_OPTIONS } from "../../framework/command.ts";
import { shellWord } from "../../framework/shell-word.ts";
import { looksLikeOption, valueName } from "../../framework/strict-arguments.ts";
import { jsonOrText, setAt, splitName } from "../run-once/set-values.ts";
import { findOption, isListAt } from "./find-option.ts";
import { listOptions } from "./listed-options.ts";
import { kindOf, listOf, optionValueOf } from "./option-value.ts";
import { RUN_OPTIONS } from "./options.ts";
import { defaultsFiller } from "./schema-defaults.ts";
import { type OptionSchema, propertiesOf, requiredOf, typesOf } from "./schema-lookup.ts";

/** What was written after the path of a task. */
export interface TaskWords {
  /** `--help` or `-h` was among them. */
  help: boolean;
  /** The input is read from standard input, because of a word `-`. */
  stdin: boolean;
  /** The texts that were given for each name; undefined for an option without a value. */
  given: { name: string; texts: (string | undefined)[] }[];
}

/** A task as far as its options need it. */
export interface OptionsOwner {
  /** `run` and the path as words of a command line, for messages. */
  command: string;
  /** The input schema; undefined if every input is accepted. */
  schema: OptionSchema | undefined;
}

/**
 * Reads the words after the path of a task. Without a schema that names properties, `--key` followed by another option or
 * by nothing has no value.
 * @throws {RatchetError} USAGE for a word that is not an option, an option that the schema doesn't have, a missing value
 */
export function readTaskWords(words: readonly string[], owner: OptionsOwner): TaskWords {
  const found: TaskWords = { help: false, stdin: false, given: [] };
  const texts = new Map<string, (string | undefined)[]>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? "";
    if (word === "--") continue;
    if (word === "-") {
      found.stdin = true;
      continue;
    }
    if (!word.startsWith("--")) {
      if (word !== "-h") throw notAnOption(word, owner, new Set(texts.keys()));
      found.help = true;
      continue;
    }
    const equals = word.indexOf("=");
    const inline = equals === -1 ? undefined : word.slice(equals + 1);
    const written = equals === -1 ? word : word.slice(0, equals);
    // A task with a property of this name gets it by `--help=VALUE`.
    if (word === "--help") {
      found.help = true;
      continue;
    }
    const option = resolve(written, owner);
    const next = words[i + 1];
    const takesNext = inline === undefined && next !== undefined && followsAsValue(next, option.kind);
    if (takesNext) i++;
    const text = inline ?? (takesNext ? next : option.bare);
    if (text === undefined && option.kind === "value") throw noValue(written, owner);
    texts.set(option.name, [...(texts.get(option.name) ?? []), text]);
  }
  found.given = [...texts].map(([name, all]) => ({ name, texts: all }));
  return found;
}

/** An option as it was written. */
interface WrittenOption {
  name: string;
  /** `value` needs a value; `open` may have one, because there is no schema. */
  kind: "flag" | "value" | "open";
  /** The text of the option if no value follows. */
  bare: string | undefined;
}

function resolve(written: string, owner: OptionsOwner): WrittenOption {
  const name = written.slice(2);
  if (owner.schema === undefined) {
    if (name === "") throw unknownOption(written, owner);
    return { name, kind: "open", bare: undefined };
  }
  const found = findOption(owner.schema, name);
  if (found !== undefined) {
    const flag = kindOf(found.option) === "flag";
    return { name: joined(found.path), kind: flag ? "flag" : "value", bare: flag ? "true" : undefined };
  }
  const denied = name.startsWith("no-") ? findOption(owner.schema, name.slice("no-".length)) : undefined;
  if (denied !== undefined && kindOf(denied.option) === "flag") {
    return { name: joined(denied.path), kind: "flag", bare: "false" };
  }
  throw unknownOption(written, owner);
}

function joined(path: readonly string[]): string {
  return path.map((part) => part.replaceAll(".", "\\.")).join(".");
}

function followsAsValue(next: string, kind: WrittenOption["kind"]): boolean {
  if (kind === "flag") return next === "true" || next === "false";
  return next === "-" || !(looksLikeOption(next) || next === "--");
}

/**
 * Adds the values of options to an input, and the schema's defaults for what the input lacks.
 * @throws {RatchetError} USAGE when the input is not an object
 */
export function withTaskOptions(base: JsonValue, { given }: TaskWords, owner: OptionsOwner): JsonValue {
  if (given.length > 0 && !isObject(base)) {
    throw new RatchetError("USAGE", `${owner.command}: options need an input that is an object.`, {
      remedy: "Leave them out, or give an object as the input.",
    });
  }
  const input = base;
  if (!isObject(input)) return input;
  const { schema } = owner;
  const isList = schema === undefined ? undefined : (names: readonly string[]) => isListAt(schema, names);
  for (const { name, texts } of given) {
    const setting = { shown: `${owner.command}: --${name}`, ...defined({ isList }) };
    setAt(input as JsonObject, splitName(name), optionValue(name, texts, owner), setting);
  }
  if (schema !== undefined) defaultsFiller(schema)(input as JsonObject);
  return input;
}

function optionValue(name: string, texts: readonly (string | undefined)[], owner: OptionsOwner): JsonValue {
  const found = owner.schema === undefined ? undefined : findOption(owner.schema, name);
  if (found === undefined || typesOf(found.option).size === 0) {
    const values = texts.map((text) => (text === undefined ? true : valueOrJson(text, found?.option)));
    return values.length === 1 ? (values[0] ?? null) : values;
  }
  const known = texts.map((text) => text ?? "true");
  if (kindOf(found.option) === "list") return listOf(known, found.option);
  return optionValueOf(known.at(-1) ?? "", found.option);
}

function valueOrJson(text: string, option: OptionSchema | undefined): JsonValue {
  return option === undefined ? jsonOrText(text) : optionValueOf(text, option);
}

function notAnOption(word: string, owner: OptionsOwner, given: ReadonlySet<string>): RatchetError {
  if (word.startsWith("-")) return unknownOption(word, owner);
  const [, key, value] = /^([^=\s]+)=(.*)$/s.exec(word) ?? [];
  const isOption = key !== undefined && (owner.schema === undefined || findOption(owner.schema, key) !== undefined);
  if (/^[[{]/.test(word)) {
    return new RatchetError("USAGE", `${owner.command}: JSON as a word is not an option of the task.`, {
      remedy: `Write it before the path: \`ratchet ${owner.command.replace(" ", ` -i ${shellWord(word)} `)}\`.`,
    });
  }
  const suggestion = isOption
    ? `--${key} ${shellWord(value ?? "")}`
    : `--${likelyName(owner, given)} ${shellWord(word)}`;
  return new RatchetError("USAGE", `${owner.command}: "${word}" is not an option of the task.`, {
    remedy: `Write ${suggestion}; ${helpHint(owner)} lists the options.`,
  });
}

/** The option that a word without a name is probably for: the first that has to be given, or can be, and was not. */
function likelyName({ schema }: OptionsOwner, given: ReadonlySet<string>): string {
  const names = schema === undefined ? [] : [...requiredOf(schema), ...propertiesOf(schema).keys()];
  return names.find((name) => !given.has(name)) ?? names[0] ?? "key";
}

function noValue(written: string, owner: OptionsOwner): RatchetError {
  return new RatchetError("USAGE", `${owner.command}: ${written} needs a value.`, {
    remedy: `Write ${written} VALUE, or ${written}=VALUE when the value starts with a dash.`,
  });
}

function unknownOption(written: string, owner: OptionsOwner): RatchetError {
  const { schema, command } = owner;
  const name = written.replace(/^-+/, "");
  const isShort = /^-[^-]/.test(written);
  const isMeant = isShort && (schema === undefined || findOption(schema, name) !== undefined);
  const near = isMeant ? name : nearest(name, schema === undefined ? [] : listOptions(schema).map((one) => one.name));
  const help = `${helpHint(owner)} lists the options of the task.`;
  const own = ownOption(written);
  const ownRemedy =
    own === undefined
      ? undefined
      : `It is an option of ratchet itself, and those come before the path: \`ratchet ${command.replace(" ", ` ${own} `)}\`.`;
  return new RatchetError("USAGE", `${command}: the task has no option ${written}.`, {
    remedy: ownRemedy ?? (near === undefined ? help : `Did you mean --${near}? ${help}`),
  });
}

/** Returns an option that `ratchet run` has before the path, as it is written there with its value; undefined for others. */
function ownOption(written: string): string | undefined {
  const all = Object.entries<ArgDefinition>({ ...RUN_OPTIONS, ...COMMON_OPTIONS });
  const found = all.find(
    ([name, one]) => one.type !== "positional" && (written === `--${name}` || written === `-${one.short ?? ""}`),
  )?.[1];
  if (found === undefined || found.type === "positional") return undefined;
  return found.type === "boolean" ? written : `${written} ${valueName(found)}`;
}

function helpHint({ command }: OptionsOwner): string {
  return `\`ratchet ${command} --help\``;
}
