import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";

/** Maximum number of references and combinations that are followed from one schema. */
const MAX_STEPS = 50;
/** Types of JSON Schema. */
export type JsonType = "string" | "number" | "integer" | "boolean" | "object" | "array" | "null";

/** An input schema with its root, which references start from. */
export interface OptionSchema {
  root: JsonObject;
  schema: JsonObject;
}

/** Returns a schema and all that apply at the same place: references, `allOf`, and alternatives. */
export function schemasAt({ root, schema }: OptionSchema): JsonObject[] {
  const found: JsonObject[] = [];
  const visit = (one: JsonValue | undefined) => {
    if (!isObject(one) || found.includes(one) || found.length >= MAX_STEPS) return;
    found.push(one);
    if (typeof one.$ref === "string") visit(referenced(root, one.$ref));
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const members = one[keyword];
      if (Array.isArray(members)) for (const member of members) visit(member);
    }
  };
  visit(schema);
  return found;
}

/** Follows a reference inside the schema, such as `#/$defs/city`. */
function referenced(root: JsonObject, reference: string): JsonValue | undefined {
  if (!reference.startsWith("#")) return undefined;
  let at: JsonValue | undefined = root;
  for (const step of decodeURIComponent(reference.slice(1)).split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as JsonObject)[name];
  }
  return at;
}

/** Returns the types that a schema allows, from `type`, `const` and `enum`; empty if it doesn't say. */
export function typesOf(option: OptionSchema): Set<JsonType> {
  const types = new Set<JsonType>();
  for (const one of schemasAt(option)) {
    const { type } = one;
    for (const name of Array.isArray(type) ? type : [type]) if (typeof name === "string") types.add(name as JsonType);
    for (const value of choicesOf(one)) types.add(typeOf(value));
    if (type === undefined && isObject(one.properties)) types.add("object");
  }
  return types;
}

/** Returns the values that a schema lists. */
export function choicesOf(schema: JsonObject): readonly JsonValue[] {
  if (Object.hasOwn(schema, "const")) return [schema.const as JsonValue];
  return Array.isArray(schema.enum) ? schema.enum : [];
}

/** Returns the type of a value. An integer is a number. */
export function typeOf(value: JsonValue): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as "string" | "number" | "boolean" | "object";
}

/** Returns the properties that a schema names, in their order. */
export function propertiesOf(option: OptionSchema): Map<string, OptionSchema> {
  const properties = new Map<string, OptionSchema>();
  for (const one of schemasAt(option)) {
    if (!isObject(one.properties)) continue;
    for (const [name, schema] of Object.entries(one.properties)) {
      if (!properties.has(name)) properties.set(name, { root: option.root, schema: isObject(schema) ? schema : {} });
    }
  }
  return properties;
}

/** Returns the names that an object must have. */
export function requiredOf(option: OptionSchema): Set<string> {
  const lists = schemasAt(option).map(({ required }) => (Array.isArray(required) ? required : []));
  return new Set(lists.flat().filter((name) => typeof name === "string"));
}

/** Returns the schema of the items of a list. */
export function itemsOf(option: OptionSchema): OptionSchema {
  const { root } = option;
  for (const { items } of schemasAt(option)) if (isObject(items)) return { root, schema: items };
  return { root, schema: {} };
}

/** Returns the schema for properties that are not named, if the schema says that there may be some. */
export function furtherProperties(option: OptionSchema, name: string): OptionSchema | undefined {
  for (const { additionalProperties, patternProperties } of schemasAt(option)) {
    const patterns = isObject(patternProperties) ? Object.entries(patternProperties) : [];
    const matching = patterns.find(([pattern]) => matches(pattern, name));
    const found = matching?.[1] ?? additionalProperties;
    if (found === true) return { root: option.root, schema: {} };
    if (isObject(found)) return { root: option.root, schema: found };
  }
  return undefined;
}

/** Returns true if the schema forbids properties that it does not name. */
export function isClosed(option: OptionSchema): boolean {
  return schemasAt(option).some(({ additionalProperties }) => additionalProperties === false);
}

function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, "u").test(name.slice(0, 100));
  } catch {
    return false;
  }
}

/** Returns a text such as a description from the first schema that has it. */
export function textOf(option: OptionSchema, keyword: "description" | "title"): string | undefined {
  return schemasAt(option)
    .map((one) => one[keyword])
    .find((text) => typeof text === "string");
}

/** Returns the default value of a schema; undefined if it has no default. */
export function defaultOf(option: OptionSchema): JsonValue | undefined {
  return schemasAt(option).find((one) => Object.hasOwn(one, "default"))?.default;
}
