import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { Draft } from "./draft.ts";

/** A schema with an address of its own: a document, or a part of one with `$id`. */
export interface Resource {
  /** Absolute URI without fragment. */
  readonly uri: string;
  readonly root: JsonValue;
  readonly draft: Draft;
  /** Schemas that `#name` means. */
  readonly anchors: Map<string, JsonObject>;
  /** Those of them that `$dynamicRef` may find from elsewhere. */
  readonly dynamicAnchors: Map<string, JsonObject>;
  /** `$recursiveAnchor: true` (2019-09). */
  readonly isRecursive: boolean;
}

/** Where a schema object stands. */
export interface Place {
  readonly resource: Resource;
  /** JSON pointer from the root of its document. */
  readonly pointer: string;
}

/** Everything that references can lead to. */
export interface SchemaIndex {
  readonly resources: Map<string, Resource>;
  readonly places: Map<JsonObject, Place>;
}
