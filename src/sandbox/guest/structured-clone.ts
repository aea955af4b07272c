import { bodiesPart } from "./body.ts";
import { typedErrors } from "./errors.ts";
import { defineGlobal } from "./globals.ts";
import { isPlatformObject } from "./interface.ts";
import { isPartLoaded } from "./parts.ts";

const ERRORS: Record<string, ErrorConstructor> = {
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
};

/** https://html.spec.whatwg.org/#dom-structuredclone, for the types that exist here. */
export function structuredClone(...given: [value?: unknown, options?: { transfer?: Iterable<unknown> }]): unknown {
  if (given.length === 0) throw new TypeError("structuredClone needs a value");
  const [value, options] = given;
  const transferred = [...(options?.transfer ?? [])].map((item) => {
    if (item instanceof ArrayBuffer && !item.detached) return item;
    throw new DOMException("only an ArrayBuffer that is not detached can be transferred", "DataCloneError");
  });
  const copy = clone(value, new Map());
  for (const buffer of transferred) buffer.transfer();
  return copy;
}

function clone(value: unknown, seen: Map<object, object>): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw refusal(value);
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const keep = <T extends object>(copy: T): T => {
    seen.set(value, copy);
    return copy;
  };

  if (Array.isArray(value)) return copyProperties(value, keep(new Array(value.length)), seen);
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) {
    return keep(Object(value.valueOf()));
  }
  if (value instanceof ArrayBuffer) return keep(value.slice(0));
  if (value instanceof DataView) {
    return keep(new DataView(clone(value.buffer, seen) as ArrayBuffer, value.byteOffset, value.byteLength));
  }
  if (ArrayBuffer.isView(value)) {
    const view = value as Uint8Array<ArrayBuffer>;
    const View =
      Object.getPrototypeOf(Object.getPrototypeOf(view)).constructor === Object.getPrototypeOf(Uint8Array)
        ? view.constructor
        : Uint8Array;
    return keep(
      new (View as Uint8ArrayConstructor)(clone(view.buffer, seen) as ArrayBuffer, view.byteOffset, view.length),
    );
  }
  if (value instanceof Map) {
    const copy = keep(new Map());
    for (const [key, item] of [...value]) copy.set(clone(key, seen), clone(item, seen));
    return copy;
  }
  if (value instanceof Set) {
    const copy = keep(new Set());
    for (const item of [...value]) copy.add(clone(item, seen));
    return copy;
  }
  if (value instanceof DOMException) return keep(new DOMException(value.message, value.name));
  if (value instanceof Error) return cloneError(value, keep, seen);
  const platformObject = clonePlatformObject(value);
  if (platformObject !== undefined) return keep(platformObject);
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
    throw refusal(value);
  }
  return copyProperties(value, keep({}), seen);
}

/** Clones a Blob or a File. Returns undefined for an object of the task. @throws {DOMException} for any other object of the platform */
function clonePlatformObject(value: object): object | undefined {
  if (isPartLoaded("bodies")) {
    const copy = bodiesPart().cloneBlob(value);
    if (copy !== undefined) return copy;
  }
  if (isPlatformObject(value)) throw refusal(value);
  return undefined;
}

function cloneError(error: Error, keep: <T extends object>(copy: T) => T, seen: Map<object, object>): Error {
  const Base =
    (typedErrors as Record<string, unknown>)[error.name] === undefined ? (ERRORS[error.name] ?? Error) : Error;
  const copy = keep(new Base(error.message));
  const define = (key: string, own: unknown) =>
    Object.defineProperty(copy, key, { value: own, writable: true, configurable: true, enumerable: false });
  if (error.name !== copy.name) define("name", error.name);
  define("stack", error.stack);
  if (Object.hasOwn(error, "cause")) define("cause", clone(error.cause, seen));
  return copy;
}

function copyProperties(from: object, to: object, seen: Map<object, object>): object {
  for (const key of Object.keys(from)) {
    const value = clone((from as Record<string, unknown>)[key], seen);
    Object.defineProperty(to, key, { value, writable: true, configurable: true, enumerable: true });
  }
  return to;
}

function refusal(value: unknown): Error {
  return new DOMException(
    `${typeof value === "object" ? "this object" : `a ${typeof value}`} can't be cloned`,
    "DataCloneError",
  );
}

/** Defines structuredClone. */
export function installStructuredClone(): void {
  defineGlobal("structuredClone", structuredClone);
}
