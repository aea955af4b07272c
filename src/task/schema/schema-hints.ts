import type { JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { nearest } from "../../lib/nearest.ts";
import { type JsonFinding, pointerStep } from "../json-file.ts";
import { DEFAULT_DRAFT, draftOf } from "./draft.ts";
import { ANONYMOUS_URI, indexSchema } from "./index-schema.ts";
import type { SchemaIndex } from "./resource.ts";

/** Keywords of all drafts. */
const KEYWORDS: readonly string[] = [
  ..."$schema $id $anchor $ref $defs $comment $vocabulary $dynamicRef $dynamicAnchor $recursiveRef".split(" "),
  ..."$recursiveAnchor definitions title description default examples deprecated readOnly writeOnly".split(" "),
  ..."type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength".split(" "),
  ..."pattern format contentEncoding contentMediaType contentSchema minItems maxItems uniqueItems items".split(" "),
  ..."prefixItems additionalItems contains minContains maxContains unevaluatedItems required properties".split(" "),
  ..."patternProperties additionalProperties propertyNames minProperties maxProperties dependencies".split(" "),
  ..."dependentRequired dependentSchemas unevaluatedProperties allOf anyOf oneOf not if then else".split(" "),
];
/** Formats that users expect to be checked. */
const FORMATS = /^(?:date|time|date-time|duration|(?:idn-)?email|(?:idn-)?hostname|ipv[46]|ur[il].*|iri.*|uuid|regex)$/;
/** Shorter words are similar to too many others. */
const MIN_LENGTH = 5;

/**
 * Finds things in a schema that are allowed but probably mistakes: misspelt keywords, which have no effect, and formats
 * in drafts that do not check them.
 */
export function schemaHints(root: JsonValue): JsonFinding[] {
  const index: SchemaIndex = { resources: new Map(), places: new Map() };
  const named = isObject(root) && typeof root.$schema === "string" ? draftOf(root.$schema) : undefined;
  indexSchema(root, ANONYMOUS_URI, named ?? DEFAULT_DRAFT, { index, findings: [] });
  const hints: JsonFinding[] = [];
  for (const [schema, { resource, pointer }] of index.places) {
    for (const name of Object.keys(schema)) {
      const near = name.length < MIN_LENGTH || KEYWORDS.includes(name) ? undefined : nearest(name, KEYWORDS);
      if (near === undefined) continue;
      const message = `Unknown keyword ${JSON.stringify(name)}; it has no effect.`;
      const remedy = `Write ${JSON.stringify(near)} if you meant that.`;
      hints.push({ severity: "warning", pointer: pointer + pointerStep(name), atName: true, message, remedy });
    }
    if (resource.draft >= 2019 && typeof schema.format === "string" && FORMATS.test(schema.format)) {
      const message = `"format" is only an annotation in this draft; values are not checked against ${schema.format}.`;
      const remedy = 'Add a "pattern", or set "$schema" to http://json-schema.org/draft-07/schema#.';
      hints.push({ severity: "warning", pointer: `${pointer}/format`, message, remedy });
    }
  }
  return hints;
}
