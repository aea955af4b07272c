import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";

/** What a JSON Schema says of a value. */
export interface KnownValue {
  schema: JsonValue;
  /** The schema that references begin at. */
  root: JsonValue;
}

/** The types of JSON Schema. */
const TYPES = ["null", "boolean", "object", "array", "string", "number"] as const;
type Type = (typeof TYPES)[number];

/** References that are followed, one after the other. */
const MAX_STEPS = 20;

/** Makes what is known of a value from a whole schema. */
export function knownBy(schema: JsonValue): KnownValue {
  return { schema, root: schema };
}

/** Returns the types that a value may have. A schema that is not understood allows all. */
export function typesOf({ schema, root }: KnownValue, depth = 0): ReadonlySet<Type> {
  const all = new Set<Type>(TYPES);
  if (schema === false) return new Set();
  if (!isObject(schema) || depth > MAX_STEPS) return all;
  let types: ReadonlySet<Type> = all;
  const narrow = (others: ReadonlySet<Type>) => {
    types = new Set([...types].filter((type) => others.has(type)));
  };
  const { type, allOf, anyOf, oneOf } = schema;
  if (typeof type === "string" || Array.isArray(type)) narrow(new Set([type].flat().map(typeNamed)));
  const values = valuesOf({ schema, root });
  if (values !== undefined) narrow(new Set(values.map(typeOf)));
  for (const part of parts(allOf)) narrow(typesOf({ schema: part, root }, depth + 1));
  for (const choice of [anyOf, oneOf]) {
    if (Array.isArray(choice)) narrow(new Set(choice.flatMap((one) => [...typesOf({ schema: one, root }, depth + 1)])));
  }
  const referred = resolved({ schema, root });
  if (referred !== undefined) narrow(typesOf(referred, depth + 1));
  return types;
}

/** Returns the only values that are possible; undefined if that is not known. */
export function valuesOf({ schema }: KnownValue): readonly JsonValue[] | undefined {
  if (!isObject(schema)) return undefined;
  if (schema.const !== undefined) return [schema.const];
  return Array.isArray(schema.enum) ? schema.enum : undefined;
}

/** Returns what is known of a member: "absent" if there cannot be one, undefined if nothing is known. */
export function memberOf({ schema, root }: KnownValue, name: string, depth = 0): KnownValue | "absent" | undefined {
  if (!isObject(schema) || depth > MAX_STEPS) return undefined;
  const types = typesOf({ schema, root });
  if (types.has("array") && /^\d+$/.test(name))
    return isObject(schema.items) ? { schema: schema.items, root } : undefined;
  // Strings, numbers and lists have members that no schema lists.
  if (types.has("string") || types.has("number") || types.has("boolean") || types.has("array")) return undefined;
  if (name in Object.prototype) return undefined;
  const { properties, patternProperties, additionalProperties, allOf } = schema;
  if (isObject(properties) && Object.hasOwn(properties, name)) return { schema: properties[name] ?? true, root };
  const choices = [schema.anyOf, schema.oneOf].filter((choice) => Array.isArray(choice)).flat();
  const others = [
    ...parts(allOf).map((part) => ({ schema: part, root })),
    ...[resolved({ schema, root })].flatMap((one) => one ?? []),
  ];
  const found = others.map((one) => memberOf(one, name, depth + 1));
  if (found.includes("absent")) return "absent";
  const known = found.find((one) => one !== undefined);
  if (known !== undefined) return known;
  if (choices.length > 0) {
    const inEach = choices.map((one) => memberOf({ schema: one, root }, name, depth + 1));
    if (inEach.every((one) => one === "absent")) return "absent";
  }
  if (isObject(patternProperties) && Object.keys(patternProperties).length > 0) return undefined;
  return additionalProperties === false ? "absent" : undefined;
}

/** The names of the members that a schema lists. */
export function memberNames({ schema, root }: KnownValue): string[] {
  const referred = resolved({ schema, root });
  const own = isObject(schema) && isObject(schema.properties) ? Object.keys(schema.properties) : [];
  return referred === undefined ? own : [...own, ...memberNames(referred)];
}

/** Returns what is known of the items of a list. */
export function itemsOf({ schema, root }: KnownValue): KnownValue | undefined {
  if (!isObject(schema) || !isObject(schema.items) || schema.prefixItems !== undefined) return undefined;
  return { schema: schema.items, root };
}

/** Returns the names of the members that a value must have. */
export function requiredOf({ schema, root }: KnownValue): string[] {
  const referred = resolved({ schema, root });
  const own =
    isObject(schema) && Array.isArray(schema.required) ? schema.required.filter((one) => typeof one === "string") : [];
  return referred === undefined ? own : [...own, ...requiredOf(referred)];
}

/** Returns the type of a value. */
export function typeOf(value: JsonValue): Type {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as Type;
}

/** Follows references as long as they stay in the same schema. */
function resolved({ schema, root }: KnownValue): KnownValue | undefined {
  if (!isObject(schema) || typeof schema.$ref !== "string" || !schema.$ref.startsWith("#")) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of schema.$ref.slice(1).split("/").slice(1)) {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    at = isObject(at) ? (at as JsonObject)[name] : Array.isArray(at) ? at[Number(name)] : undefined;
  }
  return at === undefined || at === schema ? undefined : { schema: at, root };
}

function parts(list: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(list) ? list : [];
}

function typeNamed(name: JsonValue): Type {
  return name === "integer" ? "number" : (name as Type);
}
