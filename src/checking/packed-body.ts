import type { JsonValue } from "../domain/json.ts";
import { RawJson } from "../domain/raw-json.ts";

/** Position of a value in a body: names of members and indexes of items. */
export type BodyPath = readonly (string | number)[];

/** A body: its value with null in place of the values that stay text, and those texts with their positions. */
export interface LiftedBody {
  value: JsonValue;
  texts: readonly { path: BodyPath; json: string }[];
}

/**
 * A {@link LiftedBody} for another thread. Receiving ten thousand strings would block that thread for 150 ms, so all
 * texts are in one block of shared memory.
 */
export interface PackedBody {
  /** JSON of the value. */
  value: string;
  /** JSON of the paths, in the order of the texts. */
  paths: string;
  /** The texts in UTF-8, one after the other. */
  utf8: Uint8Array<SharedArrayBuffer>;
  /** Where each text ends, in bytes. */
  ends: Uint32Array;
}

/** Packs a body for another thread. */
export function packBody({ value, texts }: LiftedBody): PackedBody {
  const ends = new Uint32Array(texts.length);
  let size = 0;
  for (const [index, { json }] of texts.entries()) {
    size += Buffer.byteLength(json);
    ends[index] = size;
  }
  const utf8 = new Uint8Array(new SharedArrayBuffer(size));
  const encoder = new TextEncoder();
  let from = 0;
  for (const [index, { json }] of texts.entries()) {
    encoder.encodeInto(json, utf8.subarray(from));
    from = ends[index] ?? size;
  }
  return { value: JSON.stringify(value), paths: JSON.stringify(texts.map(({ path }) => path)), utf8, ends };
}

/** Returns the value of a body, with its texts as {@link RawJson}. */
export function unpackBody({ value, paths, utf8, ends }: PackedBody): unknown {
  const root: { body: JsonValue } = { body: JSON.parse(value) as JsonValue };
  let from = 0;
  for (const [index, path] of (JSON.parse(paths) as BodyPath[]).entries()) {
    const end = ends[index] ?? from;
    put(root, ["body", ...path], new RawJson({ utf8: utf8.subarray(from, end) }));
    from = end;
  }
  return root.body;
}

/** Sets a member like JSON.parse, also for names such as `__proto__`. */
function put(root: object, path: BodyPath, value: RawJson): void {
  let holder = root as Record<string | number, unknown>;
  for (const step of path.slice(0, -1)) holder = holder[step] as Record<string | number, unknown>;
  Object.defineProperty(holder, path.at(-1) ?? "", { value, writable: true, enumerable: true, configurable: true });
}
