import { isArray, isObject, type Json, type JsonObject } from "./json.ts";

/** A document with schemas, in which references are looked up. */
export interface SchemaScope {
  readonly root: Json;
  /** Whether the members beside a `$ref` are ignored, as up to draft 7. */
  readonly refHidesSiblings: boolean;
  /** Returns what a schema's reference points to; undefined if it is not in the document. */
  find(from: JsonObject, reference: string): Json | undefined;
}

/** What is no schema, but may look like one. */
const VALUES = new Set(["enum", "const", "default", "examples"]);

/** Stands in for the address of a document that has none. */
const NOWHERE = "https://document.invalid/";

const HIDING_DRAFTS = /draft-0[3-7]\//;

/** Indexes the ids and anchors of a schema document, of any draft from 4 on. */
export function createScope(root: Json): SchemaScope {
  const bases = new WeakMap<object, string>();
  const places = new Map<string, Json>();
  const draft = isObject(root) && typeof root.$schema === "string" ? root.$schema : "";
  index(root, NOWHERE, true);

  function index(value: Json, base: string, isRoot = false): void {
    if (isArray(value)) for (const item of value) index(item, base);
    if (!isObject(value)) return;
    const own = baseOf(value, base);
    bases.set(value, own);
    if (isRoot || own !== base) places.set(own, value);
    for (const name of [value.$anchor, value.$dynamicAnchor, plainName(value)]) {
      if (typeof name === "string") places.set(`${own}#${name}`, value);
    }
    for (const [name, member] of Object.entries(value)) if (!VALUES.has(name)) index(member, own);
  }

  return {
    root,
    refHidesSiblings: HIDING_DRAFTS.test(draft),
    find(from, reference) {
      const base = bases.get(from) ?? NOWHERE;
      const [address = "", fragment = ""] = splitReference(reference);
      const resource = address === "" ? base : resolve(address, base);
      if (fragment !== "" && !fragment.startsWith("/")) return places.get(`${resource}#${fragment}`);
      const document = places.get(resource);
      return document === undefined ? undefined : follow(document, fragment);
    },
  };
}

function splitReference(reference: string): [address: string, fragment: string] {
  const hash = reference.indexOf("#");
  if (hash < 0) return [reference, ""];
  const fragment = reference.slice(hash + 1);
  try {
    return [reference.slice(0, hash), decodeURIComponent(fragment)];
  } catch {
    return [reference.slice(0, hash), fragment];
  }
}

function idOf({ $id, id }: JsonObject): string | undefined {
  if (typeof $id === "string") return $id;
  return typeof id === "string" ? id : undefined;
}

function baseOf(schema: JsonObject, base: string): string {
  const [address] = splitReference(idOf(schema) ?? "");
  return address === "" ? base : resolve(address, base);
}

/** Up to draft 7, an id that is only a fragment names a place. */
function plainName(schema: JsonObject): string | undefined {
  const id = idOf(schema);
  return id?.startsWith("#") && id.length > 1 ? id.slice(1) : undefined;
}

function resolve(address: string, base: string): string {
  try {
    return new URL(address, base).href;
  } catch {
    return address;
  }
}

function follow(document: Json, pointer: string): Json | undefined {
  let value: Json | undefined = document;
  for (const step of pointer.split("/").slice(1)) {
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (isArray(value)) value = value[Number(name)];
    else value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}
