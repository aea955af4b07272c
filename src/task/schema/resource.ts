import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Draft } from "./draft.ts";

/** A schema with its own URI: a document, or a part of a document with `$id`. */
export interface Resource {
  /** Absolute URI without fragment. */
  readonly uri: string;
  readonly root: JsonValue;
  readonly draft: Draft;
  /** Schemas that `#name` refers to. */
  readonly anchors: Map<string, JsonObject>;
  /** Those that `$dynamicRef` may find from other resources. */
  readonly dynamicAnchors: Map<string, JsonObject>;
  /** `$recursiveAnchor: true` (2019-09). */
  readonly isRecursive: boolean;
}

/** Location of a schema object. */
export interface Place {
  readonly resource: Resource;
  /** JSON pointer from the root of its document. */
  readonly pointer: string;
}

/** Everything that references can point to. */
export interface SchemaIndex {
  readonly resources: Map<string, Resource>;
  readonly places: Map<JsonObject, Place>;
}
