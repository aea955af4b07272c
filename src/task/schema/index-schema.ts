import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { type JsonFinding, pointerStep } from "../json-file.ts";
import { type Draft, draftOf, idKeyword, refHidesSiblings, SCHEMA_URIS } from "./draft.ts";
import type { Resource, SchemaIndex } from "./resource.ts";

/** Base URI of schemas without one. References to other files resolve against it and are not found. */
export const ANONYMOUS_URI = "schema:/";

/** Keywords that contain schemas, their structure, and the drafts that have them. */
const HOLDERS: readonly { name: string; form: "one" | "list" | "one or list" | "map"; since?: Draft; until?: Draft }[] =
  [
    { name: "definitions", form: "map" },
    { name: "$defs", form: "map", since: 2019 },
    { name: "properties", form: "map" },
    { name: "patternProperties", form: "map" },
    { name: "additionalProperties", form: "one" },
    { name: "propertyNames", form: "one", since: 6 },
    { name: "dependencies", form: "map" },
    { name: "dependentSchemas", form: "map", since: 2019 },
    { name: "items", form: "one or list", until: 2019 },
    { name: "items", form: "one", since: 2020 },
    { name: "additionalItems", form: "one", until: 2019 },
    { name: "prefixItems", form: "list", since: 2020 },
    { name: "contains", form: "one", since: 6 },
    { name: "allOf", form: "list" },
    { name: "anyOf", form: "list" },
    { name: "oneOf", form: "list" },
    { name: "not", form: "one" },
    { name: "if", form: "one", since: 7 },
    { name: "then", form: "one", since: 7 },
    { name: "else", form: "one", since: 7 },
    { name: "unevaluatedItems", form: "one", since: 2019 },
    { name: "unevaluatedProperties", form: "one", since: 2019 },
    { name: "contentSchema", form: "one", since: 2019 },
  ];

/** What indexing adds to. */
export interface Indexing {
  index: SchemaIndex;
  /** Receives the problems of the schemas. */
  findings: JsonFinding[];
}

type Report = (pointer: string, message: string, remedy: string) => void;

/**
 * Finds all schemas of a document, their URIs and anchors. Schemas that are neither objects nor booleans, invalid URIs
 * and duplicate anchors are added to `findings`.
 * @param uri location of the document; a document with `$id` is found by both
 */
export function indexSchema(root: JsonValue, uri: string, draft: Draft, indexing: Indexing): Resource {
  const { index } = indexing;
  const outer = newResource(uri, root, draft);
  index.resources.set(uri, outer);
  indexPart(root, "", outer, indexing);
  const own = (isObject(root) ? index.places.get(root)?.resource : undefined) ?? outer;
  index.resources.set(uri, own);
  return own;
}

/**
 * Finds all schemas of a part of a document.
 * @param parent resource that contains the part
 */
export function indexPart(part: JsonValue, at: string, parent: Resource, { index, findings }: Indexing): void {
  const report: Report = (pointer, message, remedy) => {
    findings.push({ severity: "error", pointer, message, remedy });
  };
  const visit = (schema: JsonValue, pointer: string, outer: Resource, booleanAllowed: boolean): void => {
    if (typeof schema === "boolean" && (booleanAllowed || outer.draft >= 6)) return;
    if (!isObject(schema)) {
      const form = outer.draft === 4 ? "an object" : "an object, true or false";
      report(pointer, `A schema must be ${form}.`, `Write ${form}.`);
      return;
    }
    const hidden = refHidesSiblings(outer.draft) && typeof schema.$ref === "string";
    const resource = hidden ? outer : resourceOf(schema, pointer, outer, report);
    if (resource !== outer) addResource(resource, pointer, index, report);
    index.places.set(schema, { resource, pointer });
    if (!hidden) addAnchors(schema, pointer, resource, report);
    for (const { name, form, since = 4, until = 2020 } of HOLDERS) {
      const held = Object.hasOwn(schema, name) ? schema[name] : undefined;
      if (held === undefined || resource.draft < since || resource.draft > until) continue;
      if (hidden && name !== "definitions" && name !== "$defs") continue;
      const heldAt = `${pointer}${pointerStep(name)}`;
      if (form === "map") {
        if (!isObject(held)) report(heldAt, `"${name}" must be an object.`, "Write an object of schemas.");
        else {
          for (const [key, one] of Object.entries(held)) {
            if (name === "dependencies" && Array.isArray(one)) continue;
            visit(one, heldAt + pointerStep(key), resource, false);
          }
        }
      } else if (Array.isArray(held) && form !== "one") {
        if (held.length === 0 && form === "list") report(heldAt, `"${name}" must contain a schema.`, "Add one.");
        held.forEach((one, position) => {
          visit(one, heldAt + pointerStep(position), resource, false);
        });
      } else if (form === "list") report(heldAt, `"${name}" must be a list of schemas.`, "Write a list.");
      else visit(held, heldAt, resource, name.startsWith("additional"));
    }
  };
  visit(part, at, parent, false);
}

/** Returns the resource that a schema starts, or the resource that contains it. */
function resourceOf(schema: JsonObject, pointer: string, outer: Resource, report: Report): Resource {
  const ownDraft = typeof schema.$schema === "string" ? draftOf(schema.$schema) : undefined;
  const draft = ownDraft ?? outer.draft;
  const keyword = idKeyword(draft);
  const id = Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;
  const isName = typeof id === "string" && id.startsWith("#");
  if (id !== undefined && typeof id !== "string") {
    report(`${pointer}/${keyword}`, `"${keyword}" must be a string.`, "Write a URI in quotes.");
  }
  const uri = typeof id === "string" && !isName ? resolveUri(id, outer.uri) : undefined;
  if (typeof id === "string" && ((!isName && uri === undefined) || (draft >= 2019 && /#./.test(id)))) {
    report(
      `${pointer}/${keyword}`,
      `"${keyword}" is not a valid URI of a schema.`,
      "Write a URI such as https://example.com/schema.",
    );
  }
  const isRoot = pointer === "";
  if (schema.$schema !== undefined && (isRoot || uri !== undefined) && ownDraft === undefined) {
    const remedy = `Write one of ${SCHEMA_URIS.join(", ")}, or remove it.`;
    report(`${pointer}/$schema`, `"$schema" is not a supported draft of JSON Schema.`, remedy);
  }
  if (uri === undefined && !isRoot) return outer;
  const address = uri?.split("#", 1)[0] ?? outer.uri;
  const isRecursive = draft === 2019 && schema.$recursiveAnchor === true;
  return newResource(address, schema, draft, isRecursive);
}

function addResource(resource: Resource, pointer: string, index: SchemaIndex, report: Report): void {
  const { uri, root, draft } = resource;
  const known = index.resources.get(uri);
  if (known !== undefined && known.root !== root) {
    report(`${pointer}/${idKeyword(draft)}`, `The URI ${uri} is used twice.`, "Give each schema its own URI.");
  }
  index.resources.set(uri, resource);
}

function newResource(uri: string, root: JsonValue, draft: Draft, isRecursive = false): Resource {
  return { uri, root, draft, anchors: new Map(), dynamicAnchors: new Map(), isRecursive };
}

function addAnchors(schema: JsonObject, pointer: string, resource: Resource, report: Report): void {
  const { draft } = resource;
  const add = (keyword: string, name: string, dynamic = false) => {
    const at = `${pointer}/${keyword}`;
    const known = resource.anchors.get(name);
    if (known !== undefined && known !== schema)
      report(at, `The anchor "${name}" is used twice.`, "Rename one of them.");
    resource.anchors.set(name, schema);
    if (dynamic) resource.dynamicAnchors.set(name, schema);
  };
  const id = schema[idKeyword(draft)];
  if (draft <= 7 && typeof id === "string" && id.startsWith("#") && id.length > 1) add(idKeyword(draft), id.slice(1));
  if (draft < 2019) return;
  for (const keyword of draft === 2020 ? ["$anchor", "$dynamicAnchor"] : ["$anchor"]) {
    const name = schema[keyword];
    if (name === undefined) continue;
    if (typeof name === "string" && /^[A-Za-z_][-A-Za-z0-9._]*$/.test(name)) {
      add(keyword, name, keyword === "$dynamicAnchor");
    } else {
      report(`${pointer}/${keyword}`, `"${keyword}" is not a plain name.`, "Use only letters, digits, - and _.");
    }
  }
}

/** Resolves a reference to an absolute URI; returns `undefined` if it is not a valid one. */
export function resolveUri(reference: string, base: string): string | undefined {
  // A URN cannot be the base of relative references, but it can have fragments (RFC 3986, section 4.4).
  if (reference.startsWith("#")) return base + reference;
  if (reference === "") return base;
  return URL.parse(reference, base)?.href;
}
