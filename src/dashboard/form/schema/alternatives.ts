import { checkValue, isValid } from "./check-value.ts";
import type { Alternative } from "./field.ts";
import { flatSchema } from "./flat-schema.ts";
import { type FieldValue, isArray, isObject, isSame, type Json, type JsonObject, memberOf } from "./json.ts";
import type { SchemaScope } from "./schema-scope.ts";

/**
 * Returns the alternatives of a schema, each with what applies to all of them, without the one for null.
 * @param keyword `oneOf` or `anyOf`
 */
export function readAlternatives(scope: SchemaScope, flat: JsonObject, keyword: string): Alternative[] | undefined {
  const parts = flat[keyword];
  if (!isArray(parts)) return undefined;
  const { title: _, description: __, default: ___, examples: ____, [keyword]: _____, ...base } = flat;
  const found = parts.map((part, index) => {
    const own = flatSchema(scope, part, undefined);
    if (own === undefined || own.type === "null" || own.const === null) return undefined;
    const schema = Object.keys(base).length === 0 ? part : { allOf: [part, base] };
    // What contradicts the rest can't be chosen.
    if (flatSchema(scope, schema, undefined) === undefined) return undefined;
    return { title: titleOf(scope, own, index), schema };
  });
  return found.filter((alternative) => alternative !== undefined);
}

/** What an alternative is called: by its title, else by the value that marks it, else by its type. */
function titleOf(scope: SchemaScope, own: JsonObject, index: number): string {
  if (typeof own.title === "string" && own.title !== "") return own.title;
  if (own.const !== undefined) return typeof own.const === "string" ? own.const : JSON.stringify(own.const);
  const marks = Object.values(isObject(own.properties) ? own.properties : {}).map((schema) => markOf(scope, schema));
  const mark = marks.find((value) => typeof value === "string");
  if (typeof mark === "string") return mark;
  return typeof own.type === "string" ? (TYPE_TITLES[own.type] ?? `Option ${index + 1}`) : `Option ${index + 1}`;
}

const TYPE_TITLES: Readonly<Record<string, string>> = {
  string: "Text",
  number: "Number",
  integer: "Whole number",
  boolean: "Yes or no",
  array: "List",
};

/** The only value that a schema allows, by which alternatives are told apart. */
function markOf(scope: SchemaScope, schema: Json): FieldValue {
  const flat = flatSchema(scope, schema, undefined);
  if (flat?.const !== undefined) return flat.const;
  return isArray(flat?.enum) && flat.enum.length === 1 ? flat.enum[0] : undefined;
}

/** Returns the index of the alternative that a value matches best; -1 without a value. */
export function bestAlternative(scope: SchemaScope, alternatives: readonly Alternative[], value: FieldValue): number {
  if (value === undefined) return -1;
  const fitting = alternatives.findIndex(({ schema }) => isValid(scope, schema, value));
  if (fitting >= 0) return fitting;
  const scores = alternatives.map(({ schema }) => scoreOf(scope, schema, value));
  return scores.indexOf(Math.max(...scores));
}

function scoreOf(scope: SchemaScope, schema: Json, value: Json): number {
  const flat = flatSchema(scope, schema, value);
  if (flat === undefined) return Number.NEGATIVE_INFINITY;
  const violations = checkValue(scope, schema, value);
  // A value of another type is wrong as a whole.
  let score = violations.some(({ pointer }) => pointer === "") ? -1_000 : -violations.length;
  const { properties } = flat;
  for (const [name, part] of Object.entries(isObject(properties) ? properties : {})) {
    const member = memberOf(value, name);
    if (member === undefined) continue;
    const mark = markOf(scope, part);
    score += mark === undefined ? 1 : isSame(mark, member) ? 100 : -100;
  }
  return score;
}
