import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "../json-file.ts";
import { reportCircles } from "./circular-schemas.ts";
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
import type { Place, SchemaIndex } from "./resource.ts";

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

/** What the functions below share while one document is compiled. */
interface Compilation extends CompileOptions {
  readonly compiled: Map<JsonObject, Check>;
  /** Schemas that apply to the same value as the schema that contains or references them. */
  readonly inPlaceEdges: Map<JsonObject, JsonObject[]>;
  /** A reference may depend on the schemas through which it is reached. */
  readonly tracksScope: boolean;
}

/**
 * Compiles a schema and everything it refers to into closures, without generating code. Each schema object is compiled
 * once, so that schemas may be recursive.
 */
export function compileSchema(root: JsonValue, options: CompileOptions): Check {
  const { index, own, findings } = options;
  const tracksScope = [...index.resources.values()].some(
    (resource) => resource.dynamicAnchors.size > 0 || resource.isRecursive,
  );
  const compilation: Compilation = { ...options, compiled: new Map(), inPlaceEdges: new Map(), tracksScope };
  const check = compile(compilation, root);
  for (const schema of own) compile(compilation, schema);
  reportCircles(compilation.inPlaceEdges, index, findings);
  return check;
}

function compile(compilation: Compilation, schema: JsonValue): Check {
  if (schema === true) return () => true;
  if (!isObject(schema)) return (_value, evaluation) => violated(evaluation, "is not allowed");
  const { compiled } = compilation;
  const known = compiled.get(schema);
  if (known !== undefined) return known;
  // A placeholder for the schema while the schemas it refers to are compiled.
  const cell = { check: (() => true) as Check };
  compiled.set(schema, (value, evaluation, evaluated) => cell.check(value, evaluation, evaluated));
  cell.check = compileObject(compilation, schema);
  compiled.set(schema, cell.check);
  return cell.check;
}

function compileObject(compilation: Compilation, schema: JsonObject): Check {
  const place = compilation.index.places.get(schema);
  if (place === undefined) return () => true;
  const { resource } = place;
  const context = contextOf(compilation, schema, place);
  if (refHidesSiblings(resource.draft) && typeof schema.$ref === "string") {
    return reference(context) ?? (() => true);
  }
  const checks = compileKeywords(KEYWORDS, context);
  const last = compileKeywords(UNEVALUATED, context);
  const { tracksScope } = compilation;
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
}

/** Returns what the keywords of one schema are compiled with. */
function contextOf(compilation: Compilation, schema: JsonObject, { resource, pointer }: Place): SchemaContext {
  const { patterns, formats, findings } = compilation;
  const wrong = (at: string, message: string, remedy: string) => {
    findings.push({ severity: "error", pointer: `${pointer}${at}`, message, remedy });
  };
  const edges: JsonObject[] = [];
  compilation.inPlaceEdges.set(schema, edges);
  return {
    schema,
    draft: resource.draft,
    resource,
    child: (target) => compile(compilation, target),
    inPlace: (target) => {
      if (isObject(target)) edges.push(target);
      return compile(compilation, target);
    },
    pattern: (source, keyword, ...steps) => {
      const found = patterns.get(source);
      if (typeof found === "function") return found;
      if (found !== undefined) wrong([keyword, ...steps].map(pointerStep).join(""), found.message, found.remedy);
      return () => true;
    },
    format: (name) => formats.get(name),
    resolve: (target, keyword) => {
      const resolved = resolveReference(target, resource, compilation);
      if ("schema" in resolved) return resolved;
      wrong(pointerStep(keyword), resolved.message, resolved.remedy);
      return undefined;
    },
    wrong: (keyword, message, remedy) => {
      const name = keyword.split("/", 1)[0];
      wrong(`/${keyword}`, `"${name}" ${message}.`, remedy);
    },
  };
}

function compileKeywords(keywords: typeof KEYWORDS, context: SchemaContext): Check[] {
  return keywords
    .filter(({ names }) => names.some((name) => Object.hasOwn(context.schema, name)))
    .map(({ compile }) => compile(context))
    .filter((check) => check !== undefined);
}
