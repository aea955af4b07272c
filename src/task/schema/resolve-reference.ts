import type { JsonValue } from "../../domain/json.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerStep } from "../json-file.ts";
import { type Indexing, indexPart, resolveUri } from "./index-schema.ts";
import { quoted } from "./quoted.ts";
import type { Resource, SchemaIndex } from "./resource.ts";

/** The schema that a reference refers to, or why it cannot be resolved. */
export type Reference =
  | { schema: JsonValue; resource: Resource; fragment: string }
  | { message: string; remedy: string };

/** Resolves `$ref` and similar references. Only indexed schemas are found: nothing is ever fetched. */
export function resolveReference(reference: string, from: Resource, indexing: Indexing): Reference {
  const { index } = indexing;
  const name = quoted(reference);
  const uri = resolveUri(reference, from.uri);
  const [address = "", encoded = ""] = uri?.split("#") ?? [];
  const resource = uri === undefined ? undefined : index.resources.get(address);
  if (resource === undefined) {
    return {
      message: `The reference ${name} points outside this file; schemas are never fetched.`,
      remedy: 'Copy the schema into "$defs" and refer to it there.',
    };
  }
  const fragment = decode(encoded);
  if (fragment === "") return { schema: resource.root, resource, fragment };
  const nowhere = { message: `The reference ${name} points to nothing.`, remedy: "Correct it." };
  if (!fragment.startsWith("/")) {
    const schema = resource.anchors.get(fragment);
    return schema === undefined ? nowhere : { schema, resource, fragment };
  }
  const found = follow(fragment, resource, index);
  if (found === undefined) return nowhere;
  const { schema, pointer } = found;
  if (!isObject(schema) && typeof schema !== "boolean") {
    return { message: `The reference ${name} does not point to a schema.`, remedy: "Correct it." };
  }
  // A location that no keyword defines, such as a custom section.
  if (isObject(schema) && !index.places.has(schema)) indexPart(schema, pointer, found.resource, indexing);
  return { schema, resource: found.resource, fragment };
}

/** Follows a JSON pointer, also through schemas with their own URIs. */
function follow(
  fragment: string,
  start: Resource,
  index: SchemaIndex,
): { schema: JsonValue; resource: Resource; pointer: string } | undefined {
  let schema = start.root;
  let resource = start;
  let pointer = (isObject(schema) ? index.places.get(schema)?.pointer : undefined) ?? "";
  for (const step of fragment.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    const next = Array.isArray(schema) ? schema[Number(name)] : memberOf(schema, name);
    if (next === undefined) return undefined;
    schema = next;
    pointer += pointerStep(name);
    resource = (isObject(schema) ? index.places.get(schema)?.resource : undefined) ?? resource;
  }
  return { schema, resource, pointer };
}

function memberOf(value: JsonValue, name: string): JsonValue | undefined {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
