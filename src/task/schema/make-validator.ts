import type { JsonValue } from "../../domain/json.ts";
import type { SchemaViolation } from "../../domain/task.ts";
import { isObject } from "../../lib/is-object.ts";
import type { JsonFinding } from "../json-file.ts";
import { compileSchema } from "./compile-schema.ts";
import { DEFAULT_DRAFT, draftOf } from "./draft.ts";
import { type Check, newEvaluation, type StepLimit, ValidationAborted } from "./evaluation.ts";
import { ANONYMOUS_URI, indexSchema } from "./index-schema.ts";
import { compilePatterns } from "./patterns.ts";
import { resolveReference } from "./resolve-reference.ts";
import type { SchemaIndex } from "./resource.ts";

/** A {@link SchemaValidator} that can also validate with a limit. */
export interface BoundedValidator {
  /** @param textLength length of the value's JSON text, if known; otherwise the value is measured when needed */
  (value: JsonValue, textLength?: number): readonly SchemaViolation[];
  /** Returns the violations, or undefined if finding them takes more than `maxSteps`. */
  within(value: JsonValue, maxSteps: number): readonly SchemaViolation[] | undefined;
}

/**
 * Creates a validator for a schema, by the draft of its `$schema`. Problems of the schema are added to `findings`.
 * @param documents further schemas that references may use, by URI
 * @returns `undefined` if there is an error
 */
export async function makeValidator(
  root: JsonValue,
  findings: JsonFinding[],
  documents: ReadonlyMap<string, JsonValue> = new Map(),
): Promise<BoundedValidator | undefined> {
  const check = await compile(root, findings, documents);
  if (check === undefined || findings.some(({ severity }) => severity === "error")) return undefined;
  const validate = (value: JsonValue, textLength?: number) => {
    const found = violationsOf(check, value, textLength === undefined ? {} : { textLength });
    return typeof found === "string" ? [{ pointer: "", message: found }] : found;
  };
  const within = (value: JsonValue, maxSteps: number) => {
    const found = violationsOf(check, value, { maxSteps });
    return typeof found === "string" ? undefined : found;
  };
  return Object.assign(validate, { within });
}

/** Returns the violations, or the reason why the validation stopped. */
function violationsOf(check: Check, value: JsonValue, limit: StepLimit): SchemaViolation[] | string {
  const result = run(check, value, undefined, limit);
  if (result === true) return [];
  const violations: SchemaViolation[] = [];
  const reason = typeof result === "string" ? result : run(check, value, violations, limit);
  return typeof reason === "string" ? reason : withoutRepeats(violations);
}

async function compile(
  root: JsonValue,
  findings: JsonFinding[],
  documents: ReadonlyMap<string, JsonValue>,
): Promise<Check | undefined> {
  try {
    const index: SchemaIndex = { resources: new Map(), places: new Map() };
    await indexDocuments(root, documents, index);
    const foreign = new Set(index.places.keys());
    indexSchema(root, ANONYMOUS_URI, draftOfRoot(root), { index, findings });
    if (findings.some(({ severity }) => severity === "error")) return undefined;
    const { patterns, usesFormats } = lookAround(index);
    const formats = usesFormats ? await (await import("./formats.ts")).loadFormats() : new Map();
    const own = [...index.places.keys()].filter((schema) => !foreign.has(schema));
    return compileSchema(root, { index, own, patterns: await compilePatterns(patterns), formats, findings });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const message = "The schema is nested too deeply.";
    findings.push({ severity: "error", pointer: "", message, remedy: "Make it simpler." });
    return undefined;
  }
}

/** Indexes the documents that references may use. Those of JSON Schema itself are built in. */
async function indexDocuments(
  root: JsonValue,
  documents: ReadonlyMap<string, JsonValue>,
  index: SchemaIndex,
): Promise<void> {
  const all = new Map(documents);
  const text = JSON.stringify([root, ...documents.values()]);
  if (/"\$(?:ref|dynamicRef|recursiveRef)":"https?:\/\/json-schema\.org\//.test(text)) {
    const { metaSchemasFor } = await import("./meta-schemas.ts");
    for (const [uri, document] of metaSchemasFor(text)) all.set(uri, document);
  }
  for (const [uri, document] of all) {
    const named = isObject(document) && typeof document.$schema === "string" ? draftOf(document.$schema) : undefined;
    indexSchema(document, uri, named ?? draftOfRoot(root), { index, findings: [] });
  }
}

function draftOfRoot(root: JsonValue) {
  return (isObject(root) && typeof root.$schema === "string" ? draftOf(root.$schema) : undefined) ?? DEFAULT_DRAFT;
}

/** Follows all references once, which may find further schemas, and collects what must be loaded beforehand. */
function lookAround(index: SchemaIndex): { patterns: Set<string>; usesFormats: boolean } {
  // Schemas found in the loop are appended to the map, so the loop visits them, too.
  for (const [schema, { resource }] of index.places) {
    for (const keyword of ["$ref", "$dynamicRef", "$recursiveRef"]) {
      const reference = schema[keyword];
      if (typeof reference === "string") resolveReference(reference, resource, { index, findings: [] });
    }
  }
  const patterns = new Set<string>();
  let usesFormats = false;
  for (const [schema, { resource }] of index.places) {
    if (typeof schema.pattern === "string") patterns.add(schema.pattern);
    if (isObject(schema.patternProperties))
      for (const source of Object.keys(schema.patternProperties)) patterns.add(source);
    if (typeof schema.format === "string" && resource.draft <= 7) usesFormats = true;
  }
  return { patterns, usesFormats };
}

/** Returns if the value is valid, or the reason why the validation stopped. */
function run(
  check: Check,
  value: JsonValue,
  violations: SchemaViolation[] | undefined,
  limit: StepLimit,
): boolean | string {
  try {
    return check(value, newEvaluation(value, violations, limit), undefined);
  } catch (error) {
    if (error instanceof ValidationAborted) return error.message;
    // Stack overflow on a value that is nested too deeply for JavaScript.
    if (error instanceof RangeError) return "is nested too deeply to be checked";
    throw error;
  }
}

function withoutRepeats(violations: readonly SchemaViolation[]): SchemaViolation[] {
  const seen = new Set<string>();
  return violations.filter(({ pointer, message }) => {
    const key = `${pointer}\n${message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
