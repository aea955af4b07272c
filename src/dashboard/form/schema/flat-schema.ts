import { isValid } from "./check-value.ts";
import { type FieldValue, isArray, isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import { mergeSchemas } from "./merge-schemas.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** How many schemas may refer to one another before no form is made of them. */
const MAX_DEPTH = 40;

const REFERENCES = ["$ref", "$dynamicRef", "$recursiveRef"] as const;

/** Keywords that apply other schemas to the same value. They are resolved here. */
const APPLIED = [...REFERENCES, "allOf", "if", "then", "else", "dependentSchemas", "dependentRequired", "dependencies"];

/** Keywords that say something to people. They count beside a `$ref` too. */
const TEXTS = ["title", "description", "default", "examples", "writeOnly"];

/**
 * Returns one schema without references, `allOf`, conditions and dependencies: those that hold for the value are
 * merged into it. Alternatives stay.
 * @returns undefined if the parts can't be found or merged
 */
export function flatSchema(scope: SchemaScope, schema: Json, value: FieldValue, depth = 0): JsonObject | undefined {
  if (schema === true) return {};
  if (!isObject(schema) || depth > MAX_DEPTH) return undefined;
  let flat: JsonObject | undefined = ownPart(scope, schema);
  for (const part of partsOf(scope, schema, value)) {
    const other = part === undefined ? undefined : flatSchema(scope, part, value, depth + 1);
    if (flat === undefined || other === undefined) return undefined;
    flat = mergeSchemas(flat, withoutMereConstraints(other, flat));
  }
  return flat;
}

function ownPart(scope: SchemaScope, schema: JsonObject): JsonObject {
  const isHidden = scope.refHidesSiblings && typeof schema.$ref === "string";
  const entries = Object.entries(schema).filter(
    ([name]) => !APPLIED.includes(name) && (!isHidden || TEXTS.includes(name)),
  );
  return Object.fromEntries(entries);
}

/** The schemas that apply to the same value. A reference that leads nowhere is undefined. */
function partsOf(scope: SchemaScope, schema: JsonObject, value: FieldValue): (Json | undefined)[] {
  const references = REFERENCES.flatMap((name) => {
    const reference = schema[name];
    return typeof reference === "string" ? [scope.find(schema, reference)] : [];
  });
  if (scope.refHidesSiblings && references.length > 0) return references;
  const all = isArray(schema.allOf) ? schema.allOf : [];
  return [...references, ...all, ...conditionalParts(scope, schema, value), ...dependentParts(schema, value)];
}

function conditionalParts(scope: SchemaScope, schema: JsonObject, value: FieldValue): Json[] {
  if (schema.if === undefined) return [];
  // Before anything is entered, the conditions on members are those of an empty object.
  const branch = isValid(scope, schema.if, value ?? {}) ? schema.then : schema.else;
  return branch === undefined || branch === false ? [] : [branch];
}

function dependentParts(schema: JsonObject, value: FieldValue): Json[] {
  return ["dependentSchemas", "dependentRequired", "dependencies"].flatMap((keyword) => {
    const all = schema[keyword];
    if (!isObject(all)) return [];
    const active = Object.entries(all).filter(([name]) => memberOf(value, name) !== undefined);
    return active.map(([, part]) => (isArray(part) ? { required: part } : part));
  });
}

/** Keywords of alternatives that only restrict a value that other keywords describe. */
const CONSTRAINTS = new Set(["required", "not", "minProperties", "maxProperties", "title", "description", "$comment"]);

/** Returns true for alternatives such as "one of these members is required", of which no control is made. */
export function areMereConstraints(alternatives: Json | undefined): boolean {
  return (
    isArray(alternatives) &&
    alternatives.every((part) => isObject(part) && Object.keys(part).every((name) => CONSTRAINTS.has(name)))
  );
}

/** Without alternatives that would be in the way of those that matter. */
function withoutMereConstraints(schema: JsonObject, other: JsonObject): JsonObject {
  const names = ["oneOf", "anyOf"].filter((name) => other[name] !== undefined && areMereConstraints(schema[name]));
  if (names.length === 0) return schema;
  return Object.fromEntries(Object.entries(schema).filter(([name]) => !names.includes(name)));
}
