import type { JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { type KeywordCompiler, keyword } from "../context.ts";
import { violated } from "../evaluation.ts";
import { fingerprint } from "../same-value.ts";

const TYPES: Readonly<Record<string, { name: string; test: (value: JsonValue) => boolean }>> = {
  null: { name: "null", test: (value) => value === null },
  boolean: { name: "true or false", test: (value) => typeof value === "boolean" },
  integer: { name: "a whole number", test: (value) => Number.isInteger(value) },
  number: { name: "a number", test: (value) => typeof value === "number" },
  string: { name: "a string", test: (value) => typeof value === "string" },
  array: { name: "a list", test: (value) => Array.isArray(value) },
  object: { name: "an object", test: isObject },
};

export const type: KeywordCompiler = (context) => {
  const value = keyword(context, "type");
  if (value === undefined) return undefined;
  const names = Array.isArray(value) ? value : [value];
  const types = names.map((name) => (typeof name === "string" && Object.hasOwn(TYPES, name) ? TYPES[name] : undefined));
  const known = types.filter((one) => one !== undefined);
  if (known.length < types.length || known.length === 0 || new Set(names).size < names.length) {
    context.wrong(
      "type",
      `must be one or several of ${Object.keys(TYPES).join(", ")}`,
      "Write one type, or a list of types.",
    );
    return undefined;
  }
  const message = `must be ${known.map(({ name }) => name).join(" or ")}`;
  const [first, second] = known;
  if (first !== undefined && second === undefined) {
    const { test } = first;
    return (value, evaluation) => test(value) || violated(evaluation, message);
  }
  return (value, evaluation) => known.some(({ test }) => test(value)) || violated(evaluation, message);
};

export const constant: KeywordCompiler = (context) => {
  if (context.draft < 6) return undefined;
  const value = keyword(context, "const");
  return value === undefined ? undefined : oneOfValues([value], `must be ${shown(value)}`);
};

export const enumeration: KeywordCompiler = (context) => {
  const values = keyword(context, "enum");
  if (values === undefined) return undefined;
  if (!Array.isArray(values)) {
    context.wrong("enum", "must be a list", "Write the allowed values in brackets.");
    return undefined;
  }
  const list = values.length > 10 ? `${values.slice(0, 10).map(shown).join(", ")}, ...` : values.map(shown).join(", ");
  return oneOfValues(values, `must be one of ${list}`);
};

function oneOfValues(values: readonly JsonValue[], message: string): ReturnType<KeywordCompiler> {
  const simple = new Set<JsonValue>(values.filter((value) => typeof value !== "object" || value === null));
  const composed = values.filter((value) => typeof value === "object" && value !== null);
  const prints = composed.length === 0 ? undefined : new Set(composed.map((value) => fingerprint(value)));
  return (value, evaluation) => {
    const found =
      typeof value === "object" && value !== null
        ? (prints?.has(fingerprint(value, evaluation)) ?? false)
        : simple.has(value);
    return found || violated(evaluation, message);
  };
}

function shown(value: JsonValue): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
