import type { JsonValue } from "../../../domain/json.ts";
import { jsonOrText } from "../run-once/set-values.ts";
import { choicesOf, itemsOf, type JsonType, type OptionSchema, schemasAt, typeOf, typesOf } from "./schema-lookup.ts";

/** What an option of a task takes. */
export type OptionKind = "flag" | "list" | "value";

/** Returns what an option takes: nothing, several values, or one. */
export function kindOf(option: OptionSchema): OptionKind {
  const types = withoutNull(typesOf(option));
  if (types.size !== 1) return "value";
  if (types.has("boolean")) return "flag";
  return types.has("array") ? "list" : "value";
}

/**
 * Converts the text of an option by its schema. A text that doesn't fit stays as it is, so that validation reports it.
 * @example
 * ```ts
 * optionValueOf("01234", { root: {}, schema: { type: "string" } }); // => "01234"
 * optionValueOf("5", { root: {}, schema: { type: "integer" } }); // => 5
 * optionValueOf("five", { root: {}, schema: { type: "integer" } }); // => "five"
 * ```
 */
export function optionValueOf(text: string, option: OptionSchema): JsonValue {
  const choices = schemasAt(option).flatMap(choicesOf);
  const choice = choices.find((one) => (typeof one === "string" ? one : JSON.stringify(one)) === text);
  if (choice !== undefined) return choice;
  const types = withoutNull(typesOf(option));
  if (types.size === 1 && types.has("string")) return text;
  if (types.has("boolean") && /^(?:true|false)$/i.test(text) && !types.has("string")) return /^t/i.test(text);
  const value = jsonOrText(text);
  if (types.size === 0 || allows(types, value) || value === null) return value;
  // `+5` and `.5` are numbers to people, but not to JSON.
  if (allows(types, 0) && /^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text)) return Number(text);
  return text;
}

/** Converts what was given for a list: one JSON list, or one text for each item. */
export function listOf(texts: readonly string[], option: OptionSchema): JsonValue[] {
  const [only = ""] = texts;
  if (texts.length === 1 && only.startsWith("[")) {
    const value = jsonOrText(only);
    if (Array.isArray(value)) return value;
  }
  const items = itemsOf(option);
  return texts.map((text) => optionValueOf(text, items));
}

function withoutNull(types: ReadonlySet<JsonType>): Set<JsonType> {
  const left = new Set(types);
  left.delete("null");
  // An integer is a number that is whole.
  if (left.delete("integer")) left.add("number");
  return left;
}

function allows(types: ReadonlySet<JsonType>, value: JsonValue): boolean {
  return types.has(typeOf(value));
}
