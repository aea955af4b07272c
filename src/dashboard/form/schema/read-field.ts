import { readAlternatives } from "./alternatives.ts";
import { itemSchemas, namesIn } from "./check-parts.ts";
import type { Choice, Field, FieldKind, Member } from "./field.ts";
import { areMereConstraints, flatSchema } from "./flat-schema.ts";
import { type FieldValue, isArray, isObject, type Json, type JsonObject, memberOf } from "./json.ts";
import type { SchemaScope } from "./schema-scope.ts";

/** Texts that may be longer than this have a field with several lines. */
const LONG_TEXT = 200;

/** How many alternatives may be within one another before no form is made of them. */
const MAX_DEPTH = 8;

/** Returns the field of a schema. @param value the current one, on which conditions depend */
export function readField(scope: SchemaScope, schema: Json, value: FieldValue, depth = 0): Field {
  const flat = flatSchema(scope, schema, value);
  if (flat === undefined || depth > MAX_DEPTH)
    return withTexts({ kind: "json" }, isObject(schema) ? schema : {}, false);
  return withTexts(readKind(scope, flat, depth), flat, isNullable(scope, flat));
}

function withTexts(kind: FieldKind, schema: JsonObject, isNullable: boolean): Field {
  const { title, description, examples } = schema;
  return {
    ...kind,
    title: typeof title === "string" && title.trim() !== "" ? title : undefined,
    description: typeof description === "string" && description !== "" ? description : undefined,
    example: isArray(examples) ? examples[0] : undefined,
    isNullable,
    schema,
  };
}

function readKind(scope: SchemaScope, flat: JsonObject, depth: number): FieldKind {
  if (flat.const !== undefined) return { kind: "constant", value: flat.const };
  if (isArray(flat.enum)) {
    const [first] = flat.enum;
    if (flat.enum.length === 1 && first !== undefined) return { kind: "constant", value: first };
    return { kind: "choice", choices: flat.enum.map((value) => ({ value, title: valueTitle(value) })) };
  }
  const keywords = ["oneOf", "anyOf"].filter((name) => isArray(flat[name]) && !areMereConstraints(flat[name]));
  if (keywords.length > 1) return { kind: "json" };
  const [keyword] = keywords;
  return keyword === undefined ? readTyped(flat) : readUnion(scope, flat, keyword, depth);
}

function readUnion(scope: SchemaScope, flat: JsonObject, keyword: string, depth: number): FieldKind {
  const all = readAlternatives(scope, flat, keyword);
  if (all === undefined) return { kind: "json" };
  const [first, second] = all;
  if (first === undefined) return { kind: "json" };
  if (second === undefined) return kindOf(readField(scope, first.schema, undefined, depth + 1));
  const choices = all.map(({ schema, title }) => choicesOf(readField(scope, schema, undefined, depth + 1), title));
  const isChoice = choices.every((some) => some.length > 0);
  return isChoice ? { kind: "choice", choices: choices.flat() } : { kind: "union", alternatives: all };
}

function kindOf(field: Field): FieldKind {
  const { title: _, description: __, example: ___, isNullable: ____, schema: _____, ...kind } = field;
  return kind;
}

/** The values of an alternative that allows only certain ones. */
function choicesOf(field: Field, title: string): Choice[] {
  if (field.kind === "constant") return [{ value: field.value, title, description: field.description }];
  return field.kind === "choice" ? [...field.choices] : [];
}

function readTyped(flat: JsonObject): FieldKind {
  const types = typesOf(flat).filter((type) => type !== "null");
  const [type] = types;
  if (type === undefined) return typesOf(flat).length > 0 ? { kind: "constant", value: null } : { kind: "json" };
  if (types.length > 1) {
    const alternatives = types.map((one) => ({
      title: TYPE_TITLES[one] ?? one,
      schema: { ...flat, title: "", type: one },
    }));
    return { kind: "union", alternatives };
  }
  return readType(flat, type);
}

const TYPE_TITLES: Readonly<Record<string, string>> = {
  string: "Text",
  number: "Number",
  integer: "Whole number",
  boolean: "Yes or no",
  object: "Object",
  array: "List",
};

function readType(flat: JsonObject, type: string): FieldKind {
  switch (type) {
    case "string":
      return textKind(flat);
    case "number":
    case "integer":
      return { kind: "number", isInteger: type === "integer" };
    case "boolean":
      return { kind: "boolean" };
    case "object":
      return objectKind(flat);
    case "array":
      return arrayKind(flat);
    default:
      return { kind: "json" };
  }
}

function textKind({ format, maxLength, writeOnly, contentMediaType }: JsonObject): FieldKind {
  const isSecret = writeOnly === true || format === "password";
  const isLong = format === "textarea" || contentMediaType !== undefined || Number(maxLength) > LONG_TEXT;
  return {
    kind: "text",
    format: typeof format === "string" ? format : undefined,
    isSecret,
    isLong: isLong && !isSecret,
  };
}

function objectKind(flat: JsonObject): FieldKind {
  const { properties, patternProperties, additionalProperties } = flat;
  const required = namesIn(flat.required);
  const named = Object.entries(isObject(properties) ? properties : {}).filter(([, schema]) => schema !== false);
  const patterns = Object.values(isObject(patternProperties) ? patternProperties : {});
  // Names that match several patterns would have several schemas.
  if (patterns.length > 1 || (patterns.length === 1 && isObject(additionalProperties))) return { kind: "json" };
  const extra = patterns[0] ?? (isObject(additionalProperties) ? additionalProperties : undefined);
  if (named.length === 0 && required.length === 0 && extra === undefined) {
    return additionalProperties === false ? { kind: "object", members: [], extra: undefined } : { kind: "json" };
  }
  const members = named.map(([name, schema]): Member => ({ name, schema, isRequired: required.includes(name) }));
  const others = required.filter((name) => memberOf(properties, name) === undefined);
  const unnamed = others.map((name): Member => ({ name, schema: extra ?? true, isRequired: true }));
  return { kind: "object", members: [...members, ...unnamed], extra };
}

function arrayKind(flat: JsonObject): FieldKind {
  const { prefix, rest = prefix.length > 0 ? undefined : true } = itemSchemas(flat);
  const { minItems, maxItems } = flat;
  const items = rest === false ? undefined : rest;
  const max = typeof maxItems === "number" ? maxItems : Number.POSITIVE_INFINITY;
  return {
    kind: "array",
    prefix: prefix.slice(0, max),
    items,
    min: typeof minItems === "number" ? minItems : 0,
    max: items === undefined ? Math.min(max, prefix.length) : max,
  };
}

/** Keywords that say of which type a value is, in schemas without `type`. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  object: ["properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties"],
  array: ["items", "prefixItems", "minItems", "maxItems", "uniqueItems"],
  string: ["minLength", "maxLength", "pattern", "format"],
  number: ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"],
};

/** The types that a value may have; none if the schema does not say. */
function typesOf(flat: JsonObject): string[] {
  const { type } = flat;
  if (type !== undefined) {
    const types = (isArray(type) ? type : [type]).filter((name) => typeof name === "string");
    return types.includes("number") ? types.filter((name) => name !== "integer") : types;
  }
  const told = Object.entries(TELLING).filter(([, keywords]) => keywords.some((name) => flat[name] !== undefined));
  return told.length === 1 ? told.map(([name]) => name) : [];
}

function isNullable(scope: SchemaScope, flat: JsonObject): boolean {
  if (isArray(flat.enum)) return flat.enum.includes(null);
  const types = typesOf(flat);
  if (types.length > 1 && types.includes("null")) return true;
  return ["oneOf", "anyOf"].some((name) => {
    const parts = flat[name];
    return isArray(parts) && parts.some((part) => isNullSchema(flatSchema(scope, part, undefined)));
  });
}

/** Returns true for a schema that allows only null. */
export function isNullSchema(flat: JsonObject | undefined): boolean {
  return flat !== undefined && (flat.type === "null" || flat.const === null);
}

/** A value as the name of a choice. */
function valueTitle(value: Json): string {
  return typeof value === "string" && value !== "" ? value : JSON.stringify(value);
}
