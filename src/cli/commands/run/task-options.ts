import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { nearest } from "../../../lib/nearest.ts";
import { looksLikeOption } from "../../framework/strict-arguments.ts";
import { jsonOrText, setAt, splitName } from "../run-once/set-values.ts";
import { findOption } from "./find-option.ts";
import { kindOf, listOf, optionValueOf } from "./option-value.ts";
import { defaultOf, type OptionSchema, propertiesOf, requiredOf, typesOf } from "./schema-lookup.ts";

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
  /** `run` and the path, for messages. */
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
      if (word !== "-h") throw notAnOption(word, owner);
      found.help = true;
      continue;
    }
    const equals = word.indexOf("=");
    const inline = equals === -1 ? undefined : word.slice(equals + 1);
    const written = equals === -1 ? word : word.slice(0, equals);
    const option = resolve(written, owner);
    if (option === "help") {
      found.help = true;
      continue;
    }
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

function resolve(written: string, owner: OptionsOwner): WrittenOption | "help" {
  const name = written.slice(2);
  if (owner.schema === undefined) {
    if (name === "help") return "help";
    if (name === "") throw unknownOption(written, owner);
    return { name, kind: "open", bare: undefined };
  }
  const found = findOption(owner.schema, name);
  if (found !== undefined) {
    const flag = kindOf(found.option) === "flag";
    return { name: joined(found.path), kind: flag ? "flag" : "value", bare: flag ? "true" : undefined };
  }
  if (name === "help") return "help";
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
  for (const { name, texts } of given) {
    setAt(input as JsonObject, splitName(name), optionValue(name, texts, owner), `${owner.command}: --${name}`);
  }
  if (owner.schema !== undefined) addDefaults(input as JsonObject, owner.schema, 0);
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

/** Adds defaults of properties that an object lacks, also inside objects that it has. */
function addDefaults(input: JsonObject, schema: OptionSchema, depth: number): void {
  if (depth > 20) return;
  for (const [name, option] of propertiesOf(schema)) {
    const value = defaultOf(option);
    if (!Object.hasOwn(input, name)) {
      if (value === undefined) continue;
      Object.defineProperty(input, name, {
        value: structuredClone(value),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    const held = input[name];
    if (isObject(held)) addDefaults(held as JsonObject, option, depth + 1);
  }
}

function notAnOption(word: string, owner: OptionsOwner): RatchetError {
  if (word.startsWith("-")) return unknownOption(word, owner);
  const [required] = owner.schema === undefined ? [] : requiredOf(owner.schema);
  const [first] = owner.schema === undefined ? [] : propertiesOf(owner.schema).keys();
  const name = required ?? first ?? "key";
  return new RatchetError("USAGE", `${owner.command}: "${word}" is not an option of the task.`, {
    remedy: `Write --${name} ${/\s/.test(word) ? JSON.stringify(word) : word}; \`ratchet ${owner.command} --help\` lists the options.`,
  });
}

function noValue(written: string, owner: OptionsOwner): RatchetError {
  return new RatchetError("USAGE", `${owner.command}: ${written} needs a value.`, {
    remedy: `Write ${written} VALUE, or ${written}=VALUE when the value starts with a dash.`,
  });
}

function unknownOption(written: string, owner: OptionsOwner): RatchetError {
  const names = owner.schema === undefined ? [] : [...propertiesOf(owner.schema).keys()];
  const name = written.replace(/^-+/, "");
  const near = nearest(name, names);
  const help = `\`ratchet ${owner.command} --help\` lists the options of the task`;
  return new RatchetError("USAGE", `${owner.command}: the task has no option ${written}.`, {
    remedy:
      near === undefined
        ? `${help}; options of ratchet itself come before the path.`
        : `Did you mean --${near}? ${help}.`,
  });
}
