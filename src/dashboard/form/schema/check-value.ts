import type { Violation } from "../../api/problem.ts";
import type { CheckContext } from "./check-context.ts";
import { arrayViolations, objectViolations } from "./check-parts.ts";
import { scalarMessages } from "./check-scalar.ts";
import { type FieldValue, isArray, isObject, isSame, type Json, type JsonObject, memberOf } from "./json.ts";
import type { SchemaScope } from "./schema-scope.ts";

const MAX_DEPTH = 60;

/** Returns true if a value matches a schema, as far as {@link checkValue} knows. */
export function isValid(scope: SchemaScope, schema: Json, value: FieldValue): boolean {
  return checkValue(scope, schema, value).length === 0;
}

/**
 * Checks a value at once, while it is typed, in the words of the server's validator, which has the last word: keywords
 * that are not known here are not checked.
 * @returns what is wrong; a missing member is reported where it should be
 */
export function checkValue(scope: SchemaScope, schema: Json, value: FieldValue): Violation[] {
  return check({ scope, pointer: "", depth: 0, check }, schema, value);
}

function check(context: CheckContext, schema: Json, value: FieldValue): Violation[] {
  const { scope, pointer, depth } = context;
  if (schema === false) return [{ pointer, message: "is not allowed" }];
  if (!isObject(schema) || depth > MAX_DEPTH) return [];
  if (value === undefined) return [{ pointer, message: "is required" }];
  const inner = { ...context, depth: depth + 1 };
  const referenced = ["$ref", "$dynamicRef", "$recursiveRef"].flatMap((name) => {
    const reference = schema[name];
    const target = typeof reference === "string" ? scope.find(schema, reference) : undefined;
    return target === undefined ? [] : check(inner, target, value);
  });
  if (scope.refHidesSiblings && schema.$ref !== undefined) return referenced;
  const own = scalarMessages(schema, value).map((message) => ({ pointer, message }));
  // A value of the wrong type breaks other rules as well, which would say nothing more.
  if (own.length > 0) return [...referenced, ...own];
  return [
    ...referenced,
    ...combinedViolations(inner, schema, value),
    ...(isObject(value) ? objectViolations(inner, schema, value) : []),
    ...(isArray(value) ? arrayViolations(inner, schema, value) : []),
  ];
}

function combinedViolations(context: CheckContext, schema: JsonObject, value: Json): Violation[] {
  const { pointer } = context;
  const fits = (part: Json) => check(context, part, value).length === 0;
  const found: Violation[] = [];
  if (isArray(schema.allOf)) found.push(...schema.allOf.flatMap((part) => check(context, part, value)));
  if (isArray(schema.anyOf) && !schema.anyOf.some(fits)) found.push(...nearest(context, schema.anyOf, value));
  if (isArray(schema.oneOf)) {
    const count = schema.oneOf.filter(fits).length;
    if (count === 0) found.push(...nearest(context, schema.oneOf, value));
    if (count > 1)
      found.push({ pointer, message: 'must match exactly one alternative of "oneOf", but matches several' });
  }
  if (schema.not !== undefined && fits(schema.not))
    found.push({ pointer, message: 'must not match the schema in "not"' });
  if (schema.if !== undefined) {
    const branch = fits(schema.if) ? schema.then : schema.else;
    if (branch !== undefined) found.push(...check(context, branch, value));
  }
  return found;
}

/** What is wrong by the alternative that the value almost matches. Constants count more than anything else. */
function nearest(context: CheckContext, alternatives: readonly Json[], value: Json): Violation[] {
  const costs = alternatives.map((part) => {
    const violations = context.check(context, part, value);
    return { violations, cost: violations.length + 100 * wrongMarks(context.scope, part, value) };
  });
  const [best] = costs.toSorted((one, other) => one.cost - other.cost);
  return best?.violations ?? [{ pointer: context.pointer, message: "matches none of the alternatives" }];
}

/** How many constant members of an alternative the value has with another value: by them alternatives are told apart. */
function wrongMarks(scope: SchemaScope, part: Json, value: Json): number {
  const reference = memberOf(part, "$ref");
  const schema = isObject(part) && typeof reference === "string" ? scope.find(part, reference) : part;
  const properties = memberOf(schema, "properties");
  return Object.entries(isObject(properties) ? properties : {}).filter(([name, member]) => {
    const mark = memberOf(member, "const");
    const given = memberOf(value, name);
    return mark !== undefined && given !== undefined && !isSame(mark, given);
  }).length;
}
