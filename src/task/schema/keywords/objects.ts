import type { JsonValue } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { nearest } from "../../../lib/nearest.ts";
import { pointerStep } from "../../json-file.ts";
import {
  countKeyword,
  type KeywordCompiler,
  keyword,
  type SchemaContext,
  type TextTest,
  textsKeyword,
} from "../context.ts";
import { applyTo, type Check, type Evaluation, passes, spend, violated } from "../evaluation.ts";
import { quoted } from "../quoted.ts";

export const required: KeywordCompiler = (context) => {
  const names = textsKeyword(context, "required", keyword(context, "required"));
  if (names === undefined) return undefined;
  if (names.length === 0 && context.draft === 4) {
    context.wrong("required", "must list at least one member in draft 4", "Add one, or remove the keyword.");
  }
  return (value, evaluation) => !isObject(value) || hasAll(value, names, evaluation, "");
};

/** Checks that an object has members with these names. Inherited ones do not count. */
function hasAll(value: object, names: readonly string[], evaluation: Evaluation, why: string): boolean {
  spend(evaluation, names.length / 4);
  let valid = true;
  for (const name of names) {
    if (Object.hasOwn(value, name)) continue;
    valid = violated(evaluation, () => `must have the member ${quoted(name)}${why}`);
    if (evaluation.violations === undefined) return false;
  }
  return valid;
}

export const memberCounts: KeywordCompiler = (context) => {
  const min = countKeyword(context, "minProperties");
  const max = countKeyword(context, "maxProperties");
  if (min === undefined && max === undefined) return undefined;
  return (value, evaluation) => {
    if (!isObject(value)) return true;
    const count = Object.keys(value).length;
    spend(evaluation, count / 8);
    if (min !== undefined && count < min) return violated(evaluation, () => `must have at least ${memberCount(min)}`);
    if (max !== undefined && count > max) return violated(evaluation, () => `must have at most ${memberCount(max)}`);
    return true;
  };
};

/** `properties`, `patternProperties` and `additionalProperties`, which depend on one another. */
export const members: KeywordCompiler = (context) => {
  const named = schemasByName(context, "properties").map(([name, schema]) => ({ name, check: context.child(schema) }));
  const patterns = schemasByName(context, "patternProperties").map(([source, schema]) => ({
    test: context.pattern(source, "patternProperties", source),
    check: context.child(schema),
  }));
  const additional = keyword(context, "additionalProperties");
  const others = additional === undefined ? undefined : context.child(additional);
  if (named.length === 0 && patterns.length === 0 && others === undefined) return undefined;
  const known = new Set(named.map(({ name }) => name));
  return (value, evaluation, evaluated) => {
    if (!isObject(value)) return true;
    spend(evaluation, named.length / 4);
    let valid = true;
    for (const { name, check } of named) {
      if (!Object.hasOwn(value, name)) continue;
      evaluated?.members.add(name);
      if (!applyTo(check, name, value[name] ?? null, evaluation)) valid = false;
      if (!valid && evaluation.violations === undefined) return false;
    }
    if (patterns.length === 0 && others === undefined) return valid;
    for (const name of Object.keys(value)) {
      spend(evaluation, 1);
      const member = value[name] ?? null;
      const matched = matchPatterns(patterns, name, member, evaluation);
      if (matched === false) valid = false;
      if (matched !== undefined) evaluated?.members.add(name);
      else if (others !== undefined && !known.has(name)) {
        evaluated?.members.add(name);
        if (additional === false) valid = violated(evaluation, () => unknownMember(name, known));
        else if (!applyTo(others, name, member, evaluation)) valid = false;
      }
      if (!valid && evaluation.violations === undefined) return false;
    }
    return valid;
  };
};

/** Checks a member against all patterns that match its name. Returns `undefined` if no pattern matches. */
function matchPatterns(
  patterns: readonly { test: TextTest; check: Check }[],
  name: string,
  member: JsonValue,
  evaluation: Evaluation,
): boolean | undefined {
  let valid: boolean | undefined;
  for (const { test, check } of patterns) {
    spend(evaluation, 1);
    if (!test(name, evaluation)) continue;
    valid = applyTo(check, name, member, evaluation) && (valid ?? true);
  }
  return valid;
}

/** With more names than this, no similar name is suggested, because each comparison takes time. */
const MOST_COMPARED = 100;

function unknownMember(name: string, known: ReadonlySet<string>): string {
  const near = known.size > MOST_COMPARED ? undefined : nearest(name, known);
  const hint = near === undefined ? "" : `; did you mean ${quoted(near)}?`;
  return `must not have the member ${quoted(name)}${hint}`;
}

export const propertyNames: KeywordCompiler = (context) => {
  const schema = context.draft < 6 ? undefined : keyword(context, "propertyNames");
  if (schema === undefined) return undefined;
  const check = context.child(schema);
  return (value, evaluation) => {
    if (!isObject(value)) return true;
    let valid = true;
    for (const name of Object.keys(value)) {
      spend(evaluation, 1);
      if (passes(check, name, evaluation, undefined)) continue;
      valid = violated(evaluation, () => `has a member with a name that is not allowed: ${quoted(name)}`);
      if (evaluation.violations === undefined) return false;
    }
    return valid;
  };
};

/** `dependentRequired`, `dependentSchemas` and their older form `dependencies`. */
export const dependencies: KeywordCompiler = (context) => {
  const lists: [name: string, names: string[]][] = [];
  const schemas: [name: string, check: Check][] = [];
  const newer = context.draft >= 2019;
  const old = Object.entries(objectKeyword(context, "dependencies"));
  const listed = newer ? Object.entries(objectKeyword(context, "dependentRequired")) : [];
  for (const [name, names] of [...listed, ...old.filter(([, value]) => Array.isArray(value))]) {
    const keywordName = listed.some(([one]) => one === name) ? "dependentRequired" : "dependencies";
    const texts = textsKeyword(context, `${keywordName}${pointerStep(name)}`, names);
    if (texts !== undefined) lists.push([name, texts]);
  }
  const dependent = newer ? schemasByName(context, "dependentSchemas") : [];
  for (const [name, schema] of [...dependent, ...old.filter(([, value]) => !Array.isArray(value))]) {
    schemas.push([name, context.inPlace(schema)]);
  }
  if (lists.length === 0 && schemas.length === 0) return undefined;
  return (value, evaluation, evaluated) => {
    if (!isObject(value)) return true;
    spend(evaluation, (lists.length + schemas.length) / 4);
    let valid = true;
    for (const [name, names] of lists) {
      if (!Object.hasOwn(value, name)) continue;
      if (!hasAll(value, names, evaluation, `, as it has ${quoted(name)}`)) valid = false;
    }
    for (const [name, check] of schemas) {
      if (!valid && evaluation.violations === undefined) return false;
      if (Object.hasOwn(value, name) && !check(value, evaluation, evaluated)) valid = false;
    }
    return valid;
  };
};

/** Applies `unevaluatedProperties` to the members that no other keyword has evaluated. */
export function unevaluatedProperties(context: SchemaContext): Check | undefined {
  const schema = context.draft < 2019 ? undefined : keyword(context, "unevaluatedProperties");
  if (schema === undefined) return undefined;
  const check = context.child(schema);
  return (value, evaluation, evaluated) => {
    if (!isObject(value) || evaluated === undefined || evaluated.allMembers) return true;
    let valid = true;
    for (const name of Object.keys(value)) {
      spend(evaluation, 1);
      if (evaluated.members.has(name)) continue;
      if (applyTo(check, name, value[name] ?? null, evaluation)) continue;
      valid = false;
      if (evaluation.violations === undefined) return false;
    }
    evaluated.allMembers = true;
    return valid;
  };
}

function schemasByName(context: SchemaContext, name: string): [string, JsonValue][] {
  const value = keyword(context, name);
  // Any other type was reported when the schema was indexed.
  return isObject(value) ? Object.entries(value) : [];
}

function objectKeyword(context: SchemaContext, name: string): Record<string, JsonValue> {
  const value = keyword(context, name);
  if (value === undefined || isObject(value)) return value ?? {};
  if (name === "dependentRequired") context.wrong(name, "must be an object", "Write an object with lists of names.");
  return {};
}

function memberCount(count: number): string {
  return count === 1 ? "1 member" : `${count} members`;
}
