import type { Field, Member } from "./field.ts";
import type { FieldValue, Json, JsonObject } from "./json.ts";
import { readField } from "./read-field.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** How deep values are prepared. Schemas that require themselves have no end. */
const MAX_DEPTH = 16;

/** How many items of a list are prepared at most. */
const MAX_ITEMS = 20;

/** Where a value is prepared. */
interface Place {
  readonly depth: number;
  /** Whether it is within a part that may be left out. Further such parts are left out then: they may have no end. */
  readonly isOptional: boolean;
}

const OUTSIDE: Place = { depth: 0, isOptional: false };

const within = (place: Place): Place => ({ ...place, depth: place.depth + 1 });

/**
 * Returns the value that a form begins with: defaults, constants, and what a required part needs in any case. Everything
 * else is left out.
 */
export function initialValue(
  scope: SchemaScope,
  schema: Json,
  isRequired: boolean,
  place: Place = OUTSIDE,
): FieldValue {
  const field = readField(scope, schema, undefined);
  if (field.schema.default !== undefined) return field.schema.default;
  if (place.depth > MAX_DEPTH) return undefined;
  switch (field.kind) {
    case "constant":
      return field.value;
    case "boolean":
      return isRequired && !field.isNullable ? false : undefined;
    case "object":
      return isRequired ? initialObject(scope, schema, place) : optionalObject(scope, schema, field.members, place);
    case "array":
      return isRequired ? initialItems(scope, field, place) : undefined;
    case "union": {
      const [first] = field.alternatives;
      return isRequired && first !== undefined ? initialValue(scope, first.schema, true, within(place)) : undefined;
    }
    default:
      return undefined;
  }
}

/** Returns an object with what it contains from the start. */
export function initialObject(scope: SchemaScope, schema: Json, place: Place = OUTSIDE): JsonObject {
  // What is filled in may fulfil a condition that adds members.
  let value: JsonObject = {};
  for (let round = 0; round < 3; round += 1) {
    const field = readField(scope, schema, value);
    if (field.kind !== "object") return value;
    const before = Object.keys(value).length;
    value = { ...membersOf(scope, field.members, place), ...value };
    if (Object.keys(value).length === before) return value;
  }
  return value;
}

function membersOf(scope: SchemaScope, members: readonly Member[], place: Place): JsonObject {
  const values: Record<string, Json> = {};
  for (const { name, schema, isRequired } of members) {
    const value = initialValue(scope, schema, isRequired, within(place));
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** An object that may be left out is there from the start only if defaults make it whole. */
function optionalObject(scope: SchemaScope, schema: Json, members: readonly Member[], place: Place): FieldValue {
  if (place.isOptional) return undefined;
  const hasDefault = members.some((member) => readField(scope, member.schema, undefined).schema.default !== undefined);
  if (!hasDefault) return undefined;
  const value = initialObject(scope, schema, { ...place, isOptional: true });
  const isWhole = members.every(({ name, isRequired }) => !isRequired || Object.hasOwn(value, name));
  return isWhole ? value : undefined;
}

function initialItems(scope: SchemaScope, field: Field & { kind: "array" }, place: Place): Json {
  const { prefix, items, min } = field;
  const count = Math.min(Math.max(min, prefix.length), MAX_ITEMS);
  const schemas = Array.from({ length: count }, (_, index) => prefix[index] ?? items);
  return schemas.map((schema) => (schema === undefined ? null : newItem(scope, schema, within(place))));
}

/** Returns a new item of a list. There is no way to leave an item out, so it is as empty as its type allows. */
export function newItem(scope: SchemaScope, schema: Json, place: Place = OUTSIDE): Json {
  const value = initialValue(scope, schema, true, place);
  return value ?? emptyItem(readField(scope, schema, undefined));
}

/** Returns what stands in a list for an item whose field is empty. */
export function emptyItem({ kind, isNullable }: Field): Json {
  return kind === "text" && !isNullable ? "" : null;
}
