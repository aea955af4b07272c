import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "../json-file.ts";
import type { KeywordCompiler, SchemaContext } from "./context.ts";
import { refHidesSiblings } from "./draft.ts";
import { addEvaluated, newEvaluated } from "./evaluated.ts";
import { type Check, MAX_DEPTH, spend, ValidationAborted, violated } from "./evaluation.ts";
import { contains, itemCounts, items, unevaluatedItems, uniqueItems } from "./keywords/arrays.ts";
import { allOf, anyOf, condition, not, oneOf } from "./keywords/combinations.ts";
import { maximum, minimum, multipleOf } from "./keywords/numbers.ts";
import {
  dependencies,
  memberCounts,
  members,
  propertyNames,
  required,
  unevaluatedProperties,
} from "./keywords/objects.ts";
import { dynamicReference, recursiveReference, reference } from "./keywords/references.ts";
import { format, lengths, pattern } from "./keywords/strings.ts";
import { constant, enumeration, type } from "./keywords/type-and-values.ts";
import type { PatternTests } from "./patterns.ts";
import { resolveReference } from "./resolve-reference.ts";
import type { SchemaIndex } from "./resource.ts";

/**
 * Keywords in the order in which they are checked, cheap ones first. A compiler only runs for schemas that have one of
 * its names: on a cold start, the first call of every function is expensive.
 */
const KEYWORDS: readonly { names: readonly string[]; compile: KeywordCompiler }[] = [
  { names: ["type"], compile: type },
  { names: ["const"], compile: constant },
  { names: ["enum"], compile: enumeration },
  { names: ["minimum", "exclusiveMinimum"], compile: minimum },
  { names: ["maximum", "exclusiveMaximum"], compile: maximum },
  { names: ["multipleOf"], compile: multipleOf },
  { names: ["minLength", "maxLength"], compile: lengths },
  { names: ["minItems", "maxItems"], compile: itemCounts },
  { names: ["minProperties", "maxProperties"], compile: memberCounts },
  { names: ["required"], compile: required },
  { names: ["format"], compile: format },
  { names: ["pattern"], compile: pattern },
  { names: ["$ref"], compile: reference },
  { names: ["$recursiveRef"], compile: recursiveReference },
  { names: ["$dynamicRef"], compile: dynamicReference },
  { names: ["allOf"], compile: allOf },
  { names: ["properties", "patternProperties", "additionalProperties"], compile: members },
  { names: ["propertyNames"], compile: propertyNames },
  { names: ["dependencies", "dependentRequired", "dependentSchemas"], compile: dependencies },
  { names: ["items", "prefixItems", "additionalItems"], compile: items },
  { names: ["contains", "minContains", "maxContains"], compile: contains },
  { names: ["uniqueItems"], compile: uniqueItems },
  { names: ["anyOf"], compile: anyOf },
  { names: ["oneOf"], compile: oneOf },
  { names: ["not"], compile: not },
  { names: ["if"], compile: condition },
];

/** Keywords that apply after all others, to what those did not evaluate. */
const UNEVALUATED: readonly { names: readonly string[]; compile: KeywordCompiler }[] = [
  { names: ["unevaluatedItems"], compile: unevaluatedItems },
  { names: ["unevaluatedProperties"], compile: unevaluatedProperties },
];

/** Input of the compilation. */
export interface CompileOptions {
  index: SchemaIndex;
  /** The schemas of the document itself. All of them must be valid, even those that nothing refers to. */
  own: readonly JsonObject[];
  patterns: PatternTests;
  formats: ReadonlyMap<string, (text: string) => boolean>;
  /** Receives all problems of the schema. */
  findings: JsonFinding[];
}

/**
 * Compiles a schema and everything it refers to into closures, without generating code. Each schema object is compiled
 * once, so that schemas may be recursive.
 */
export function compileSchema(root: JsonValue, options: CompileOptions): Check {
  const { index, own, patterns, formats, findings } = options;
  const compiled = new Map<JsonObject, Check>();
  /** Schemas that apply to the same value as the schema that contains or references them. */
  const inPlaceEdges = new Map<JsonObject, JsonObject[]>();
  const tracksScope = [...index.resources.values()].some(
    (resource) => resource.dynamicAnchors.size > 0 || resource.isRecursive,
  );

  const compile = (schema: JsonValue): Check => {
    if (schema === true) return () => true;
    if (!isObject(schema)) return (_value, evaluation) => violated(evaluation, "is not allowed");
    const known = compiled.get(schema);
    if (known !== undefined) return known;
    // A placeholder for the schema while the schemas it refers to are compiled.
    const cell = { check: (() => true) as Check };
    compiled.set(schema, (value, evaluation, evaluated) => cell.check(value, evaluation, evaluated));
    cell.check = compileObject(schema);
    compiled.set(schema, cell.check);
    return cell.check;
  };

  const compileObject = (schema: JsonObject): Check => {
    const place = index.places.get(schema);
    if (place === undefined) return () => true;
    const { resource, pointer } = place;
    const wrong = (at: string, message: string, remedy: string) => {
      findings.push({ severity: "error", pointer: `${pointer}${at}`, message, remedy });
    };
    const edges: JsonObject[] = [];
    inPlaceEdges.set(schema, edges);
    const context: SchemaContext = {
      schema,
      draft: resource.draft,
      resource,
      child: compile,
      inPlace: (target) => {
        if (isObject(target)) edges.push(target);
        return compile(target);
      },
      pattern: (source, keyword, ...steps) => {
        const found = patterns.get(source);
        if (typeof found === "function") return found;
        if (found !== undefined) wrong([keyword, ...steps].map(pointerStep).join(""), found.message, found.remedy);
        return () => true;
      },
      format: (name) => formats.get(name),
      resolve: (target, keyword) => {
        const resolved = resolveReference(target, resource, index, findings);
        if ("schema" in resolved) return resolved;
        wrong(pointerStep(keyword), resolved.message, resolved.remedy);
        return undefined;
      },
      wrong: (keyword, message, remedy) => {
        const name = keyword.split("/", 1)[0];
        wrong(`/${keyword}`, `"${name}" ${message}.`, remedy);
      },
    };
    if (refHidesSiblings(resource.draft) && typeof schema.$ref === "string") {
      return reference(context) ?? (() => true);
    }
    const checks = compileKeywords(KEYWORDS, context);
    const last = compileKeywords(UNEVALUATED, context);
    return (value, evaluation, evaluated) => {
      spend(evaluation, 1);
      if (++evaluation.depth > MAX_DEPTH) throw new ValidationAborted("is nested too deeply to be checked");
      const { scope } = evaluation;
      if (tracksScope && scope?.resource !== resource) evaluation.scope = { resource, outer: scope };
      // "Unevaluated" refers to the adjacent keywords, not to those of an outer schema.
      const local = last.length > 0 ? newEvaluated() : evaluated;
      let valid = true;
      for (const check of checks) {
        if (check(value, evaluation, local)) continue;
        valid = false;
        if (evaluation.violations === undefined) break;
      }
      for (const check of last) valid = valid && check(value, evaluation, local);
      if (valid && local !== evaluated) addEvaluated(evaluated, local);
      evaluation.scope = scope;
      evaluation.depth--;
      return valid;
    };
  };

  const check = compile(root);
  for (const schema of own) compile(schema);
  reportCircles(inPlaceEdges, index, findings);
  return check;
}

function compileKeywords(keywords: typeof KEYWORDS, context: SchemaContext): Check[] {
  return keywords
    .filter(({ names }) => names.some((name) => Object.hasOwn(context.schema, name)))
    .map(({ compile }) => compile(context))
    .filter((check) => check !== undefined);
}

/** Reports schemas that refer to themselves for the same value. Validating with them would never end. */
function reportCircles(
  edges: ReadonlyMap<JsonObject, readonly JsonObject[]>,
  index: SchemaIndex,
  findings: JsonFinding[],
): void {
  const done = new Set<JsonObject>();
  const open = new Set<JsonObject>();
  const visit = (schema: JsonObject): void => {
    if (done.has(schema)) return;
    if (open.has(schema)) {
      const pointer = index.places.get(schema)?.pointer ?? "";
      const message = "The schema refers to itself infinitely.";
      findings.push({
        severity: "error",
        pointer,
        message,
        remedy: "Make the recursion go through a member or an item.",
      });
      return;
    }
    open.add(schema);
    for (const next of edges.get(schema) ?? []) visit(next);
    open.delete(schema);
    done.add(schema);
  };
  for (const schema of edges.keys()) visit(schema);
}
