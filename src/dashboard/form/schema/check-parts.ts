import type { Violation } from "../../api/problem.ts";
import type { CheckContext } from "./check-context.ts";
import { isArray, isObject, isSame, type Json, type JsonObject, memberOf, pointerTo } from "./json.ts";
import { testPattern } from "./patterns.ts";

/** Checks the members of an object. */
export function objectViolations(context: CheckContext, schema: JsonObject, value: JsonObject): Violation[] {
  const { pointer } = context;
  const found: Violation[] = [];
  const missing = (name: string) => found.push({ pointer: pointerTo(pointer, name), message: "is required" });
  for (const name of namesIn(schema.required)) if (!Object.hasOwn(value, name)) missing(name);
  for (const keyword of ["dependentRequired", "dependentSchemas", "dependencies"]) {
    for (const [name, part] of Object.entries(isObject(schema[keyword]) ? schema[keyword] : {})) {
      if (!Object.hasOwn(value, name)) continue;
      if (isArray(part)) for (const other of namesIn(part)) if (!Object.hasOwn(value, other)) missing(other);
      if (!isArray(part)) found.push(...context.check(context, part, value));
    }
  }
  const count = Object.keys(value).length;
  const { minProperties: min, maxProperties: max } = schema;
  if (typeof min === "number" && count < min)
    found.push({ pointer, message: `must have at least ${countOf(min, "member")}` });
  if (typeof max === "number" && count > max)
    found.push({ pointer, message: `must have at most ${countOf(max, "member")}` });
  for (const [name, member] of Object.entries(value)) {
    const inner = { ...context, pointer: pointerTo(pointer, name) };
    for (const part of schemasOfMember(schema, name)) {
      if (part === false) found.push({ pointer, message: `must not have the member ${JSON.stringify(name)}` });
      else found.push(...context.check(inner, part, member));
    }
  }
  return found;
}

/** The schemas that apply to a member by its name. */
function schemasOfMember(schema: JsonObject, name: string): Json[] {
  const own = memberOf(schema.properties, name);
  const patterns = Object.entries(isObject(schema.patternProperties) ? schema.patternProperties : {});
  const matching = patterns.filter(([pattern]) => testPattern(pattern, name)).map(([, part]) => part);
  if (own !== undefined) return [own, ...matching];
  if (matching.length > 0 || schema.additionalProperties === undefined) return matching;
  return [schema.additionalProperties];
}

/** Checks the items of an array. */
export function arrayViolations(context: CheckContext, schema: JsonObject, value: readonly Json[]): Violation[] {
  const { pointer } = context;
  const found: Violation[] = [];
  const { minItems: min, maxItems: max } = schema;
  if (typeof min === "number" && value.length < min)
    found.push({ pointer, message: `must have at least ${countOf(min, "item")}` });
  if (typeof max === "number" && value.length > max)
    found.push({ pointer, message: `must have at most ${countOf(max, "item")}` });
  if (schema.uniqueItems === true) {
    const twice = value.findIndex((item, index) => value.slice(0, index).some((other) => isSame(item, other)));
    if (twice >= 0) found.push({ pointer, message: "must not have the same item twice" });
  }
  const { prefix, rest } = itemSchemas(schema);
  for (const [index, item] of value.entries()) {
    const part = prefix[index] ?? rest;
    if (part !== undefined)
      found.push(...context.check({ ...context, pointer: pointerTo(pointer, index) }, part, item));
  }
  return found;
}

/** The schemas of the first items, one by one, and that of the rest, in the words of any draft. */
export function itemSchemas({ prefixItems, items, additionalItems }: JsonObject): {
  prefix: readonly Json[];
  rest: Json | undefined;
} {
  if (isArray(prefixItems)) return { prefix: prefixItems, rest: isArray(items) ? undefined : items };
  if (isArray(items)) return { prefix: items, rest: additionalItems };
  return { prefix: [], rest: items };
}

/** The names in a list; none if the schema has something else there, as `required: true` of draft 3. */
export function namesIn(value: Json | undefined): string[] {
  return isArray(value) ? value.filter((name) => typeof name === "string") : [];
}

function countOf(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
