import { isObject } from "./is-object.ts";

/** Returns a JSON pointer as the subject of a sentence. That of the whole value is empty. */
export function pointerText(pointer: string): string {
  return pointer === "" ? "(the whole value)" : pointer;
}

/**
 * Finds the value at a JSON pointer (RFC 6901).
 * @returns undefined if nothing is there, or if the pointer is not valid
 * @example
 * ```ts
 * valueAt({ a: [1, { "b/c": 2 }] }, "/a/1/b~1c"); // => 2
 * valueAt({ a: [1] }, "/a/01"); // => undefined
 * ```
 */
export function valueAt(value: unknown, pointer: string): unknown {
  if (pointer === "") return value;
  if (!pointer.startsWith("/")) return undefined;
  let at = value;
  for (const step of pointer.slice(1).split("/")) {
    if (/~(?![01])/.test(step)) return undefined;
    const name = step.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at)) at = /^(?:0|[1-9]\d{0,9})$/.test(name) ? at[Number(name)] : undefined;
    else if (isObject(at) && Object.hasOwn(at, name)) at = at[name];
    else return undefined;
  }
  return at;
}
