import { isArray, isObject, isSame, type Json, type JsonObject } from "./json.ts";

/** Returns the value that a keyword has if both schemas apply; undefined if no form can be made of it. */
type MergeKeyword = (one: Json, other: Json) => Json | undefined;

const RULES: Readonly<Record<string, MergeKeyword>> = {
  type: mergeTypes,
  properties: mergeMembers,
  patternProperties: mergeMembers,
  $defs: mergeMembers,
  definitions: mergeMembers,
  required: (one, other) => [...new Set([...listOf(one), ...listOf(other)])],
  enum: (one, other) => listOf(one).filter((value) => listOf(other).some((another) => isSame(value, another))),
  const: (one, other) => (isSame(one, other) ? one : undefined),
  minimum: highest,
  exclusiveMinimum: highest,
  minLength: highest,
  minItems: highest,
  minProperties: highest,
  maximum: lowest,
  exclusiveMaximum: lowest,
  maxLength: lowest,
  maxItems: lowest,
  maxProperties: lowest,
  additionalProperties: mergeSubschemas,
  items: mergeSubschemas,
  oneOf: () => undefined,
  anyOf: () => undefined,
  prefixItems: () => undefined,
};

/**
 * Merges two schemas that apply to the same value. What can't be merged but only restricts values, such as a second
 * pattern, is left to the server's validation.
 * @returns undefined if they contradict each other, or if both offer alternatives
 */
export function mergeSchemas(one: JsonObject, other: JsonObject): JsonObject | undefined {
  const merged: Record<string, Json> = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = merged[name];
    const rule = RULES[name];
    const result = before === undefined ? value : rule === undefined ? before : rule(before, value);
    if (result === undefined) return undefined;
    merged[name] = result;
  }
  return closed(merged, one, other);
}

/** A schema that allows no further members also refuses those of the other schema. */
function closed(merged: Record<string, Json>, one: JsonObject, other: JsonObject): JsonObject {
  const { properties } = merged;
  if (!isObject(properties)) return merged;
  const isAllowed = (name: string) => [one, other].every((schema) => !isClosedTo(schema, name));
  const allowed = Object.entries(properties).filter(([name]) => isAllowed(name));
  return { ...merged, properties: Object.fromEntries(allowed) };
}

function isClosedTo({ additionalProperties, properties, patternProperties }: JsonObject, name: string): boolean {
  if (additionalProperties !== false || patternProperties !== undefined) return false;
  return !isObject(properties) || !Object.hasOwn(properties, name);
}

function listOf(value: Json): readonly Json[] {
  return isArray(value) ? value : [value];
}

function mergeTypes(one: Json, other: Json): Json | undefined {
  const others = listOf(other);
  const both = listOf(one).flatMap((type) => {
    if (others.includes(type)) return [type];
    if (type === "number" && others.includes("integer")) return ["integer"];
    return type === "integer" && others.includes("number") ? ["integer"] : [];
  });
  if (both.length === 0) return undefined;
  return both.length === 1 ? both[0] : both;
}

function mergeMembers(one: Json, other: Json): Json | undefined {
  if (!isObject(one) || !isObject(other)) return undefined;
  const merged: Record<string, Json> = { ...one };
  for (const [name, schema] of Object.entries(other)) {
    const before = Object.hasOwn(merged, name) ? merged[name] : undefined;
    merged[name] = before === undefined ? schema : (mergeSubschemas(before, schema) ?? false);
  }
  return merged;
}

function mergeSubschemas(one: Json, other: Json): Json | undefined {
  if (isArray(one) || isArray(other)) return undefined;
  if (one === false || other === false) return false;
  if (one === true) return other;
  if (other === true || isSame(one, other)) return one;
  return { allOf: [one, other] };
}

function highest(one: Json, other: Json): Json {
  return typeof one === "number" && typeof other === "number" ? Math.max(one, other) : one;
}

function lowest(one: Json, other: Json): Json {
  return typeof one === "number" && typeof other === "number" ? Math.min(one, other) : one;
}
