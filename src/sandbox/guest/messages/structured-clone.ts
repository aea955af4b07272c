import type { BodiesPart } from "../body.ts";
import { isPlatformObject } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { toDictionary, toSequence } from "../webidl.ts";
import { base } from "./base.ts";
import { isBroken, isLengthTracking, isSharedMemory, resizableCopy } from "./buffers.ts";
import { makePlaceholder, moveTransferable } from "./transfer.ts";

/** The objects that were cloned already, with their copies. */
type Seen = Map<object, object>;

/** Keeps a copy, for the case that the object appears again, and returns it. */
type Keep = <Copy extends object>(copy: Copy) => Copy;

/** Without the names that every object has. */
const ERRORS = {
  __proto__: null,
  ...{ Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError },
} as unknown as Readonly<Record<string, ErrorConstructor>>;
const { getPrototypeOf, defineProperty, hasOwn, keys } = Object;
const plainPrototype = Object.prototype;
const TypedArray = getPrototypeOf(Uint8Array) as object;

/** https://html.spec.whatwg.org/#dom-structuredclone, for the types that exist here. */
export function structuredClone(...given: unknown[]): unknown {
  if (given.length === 0) throw new TypeError("structuredClone needs a value");
  const { transfer } = toDictionary(given[1], "the options of structuredClone");
  const list = transfer === undefined ? [] : toSequence(transfer, (item) => item, "the transfer list");
  return cloneWithTransfer(given[0], list).value;
}

/**
 * https://html.spec.whatwg.org/#structuredserializewithtransfer. Nothing is transferred if something can't be cloned.
 * @returns the copy, and what the objects of the transfer list became
 * @throws {DOMException} DataCloneError
 */
export function cloneWithTransfer(
  value: unknown,
  transfer: readonly unknown[],
): { value: unknown; transferred: object[] } {
  const seen: Seen = new Map();
  for (const item of transfer) {
    const isNew = typeof item === "object" && item !== null && !seen.has(item);
    const placeholder = isNew ? makePlaceholder(item) : undefined;
    if (placeholder === undefined) {
      const advice = "list each ArrayBuffer and MessagePort once";
      throw dataCloneError(`something in the transfer list can't be transferred, or not twice: ${advice}`);
    }
    seen.set(item as object, placeholder);
  }
  const copies = transfer.map((item) => seen.get(item as object) as object);
  const copy = clone(value, seen);
  // The task's getters ran in between, and may have detached something.
  for (const item of transfer) if (item instanceof ArrayBuffer && item.detached) throw detached();
  for (const [i, item] of transfer.entries()) moveTransferable(item as object, copies[i] as object);
  return { value: copy, transferred: copies.filter((each) => !(each instanceof ArrayBuffer)) };
}

function clone(value: unknown, seen: Seen): unknown {
  if (typeof value === "function" || typeof value === "symbol") throw refusal(value);
  if (typeof value !== "object" || value === null) return value;
  const known = seen.get(value);
  if (known !== undefined) return known;
  const keep: Keep = (copy) => {
    seen.set(value, copy);
    return copy;
  };
  if (Array.isArray(value)) return copyProperties(value, keep(new Array(value.length)), seen);
  const prototype = getPrototypeOf(value) as unknown;
  if (prototype === plainPrototype || prototype === null) return copyProperties(value, keep({}), seen);
  return cloneBuiltIn(value, keep, seen) ?? clonePlatformObject(value, keep) ?? copyProperties(value, keep({}), seen);
}

/** Clones an object of the language; returns undefined for one that has only properties. */
function cloneBuiltIn(value: object, keep: Keep, seen: Seen): object | undefined {
  if (value instanceof Date) return keep(new Date(value.getTime()));
  if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
  if (value instanceof Boolean || value instanceof Number || value instanceof String || value instanceof BigInt) {
    return keep(Object(value.valueOf()) as object);
  }
  if (value instanceof ArrayBuffer) {
    if (value.detached) throw detached();
    return keep(resizableCopy(value));
  }
  if (isSharedMemory(value)) return keep(value);
  if (ArrayBuffer.isView(value)) return cloneView(value, keep, seen);
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
  if (value instanceof Promise || value instanceof WeakMap || value instanceof WeakSet || value instanceof WeakRef) {
    throw refusal(value);
  }
  return undefined;
}

function cloneView(value: ArrayBufferView, keep: Keep, seen: Seen): object {
  if (isBroken(value)) throw dataCloneError("a view whose buffer was detached or became too short can't be cloned");
  const tracking = isLengthTracking(value);
  const { byteOffset, byteLength } = value;
  const buffer = clone(value.buffer, seen) as ArrayBuffer;
  if (value instanceof DataView) return keep(new DataView(buffer, byteOffset, tracking ? undefined : byteLength));
  const view = value as Uint8Array<ArrayBuffer>;
  const isOwn = getPrototypeOf((getPrototypeOf(view) as object).constructor) === TypedArray;
  const View = (isOwn ? view.constructor : Uint8Array) as Uint8ArrayConstructor;
  return keep(new View(buffer, byteOffset, tracking ? undefined : view.length));
}

/** Clones a Blob or a File. Returns undefined for an object of the task. @throws {DOMException} for any other object of the platform */
function clonePlatformObject(value: object, keep: Keep): object | undefined {
  if (base.isPartLoaded("bodies")) {
    const copy = (bridge.usePart("bodies") as BodiesPart).cloneBlob(value);
    if (copy !== undefined) return keep(copy);
  }
  if (isPlatformObject(value)) throw refusal(value);
  return undefined;
}

function cloneError(error: Error, keep: Keep, seen: Seen): Error {
  const name: unknown = error.name;
  const Base = (typeof name === "string" ? ERRORS[name] : undefined) ?? Error;
  // An error has a message of its own only if its constructor got one.
  const copy = keep(hasOwn(error, "message") ? new Base(error.message) : new Base());
  const define = (key: string, own: unknown) =>
    defineProperty(copy, key, { value: own, writable: true, configurable: true, enumerable: false });
  if (name !== copy.name) define("name", name);
  define("stack", error.stack);
  if (hasOwn(error, "cause")) define("cause", clone(error.cause, seen));
  return copy;
}

function copyProperties(from: object, to: object, seen: Seen): object {
  for (const key of keys(from)) {
    if (!hasOwn(from, key)) continue; // a getter deleted it
    const value = clone((from as Record<string, unknown>)[key], seen);
    defineProperty(to, key, { value, writable: true, configurable: true, enumerable: true });
  }
  return to;
}

function refusal(value: unknown): Error {
  return dataCloneError(`${typeof value === "object" ? "this object" : `a ${typeof value}`} can't be cloned`);
}

function detached(): Error {
  return dataCloneError("a detached ArrayBuffer can't be cloned or transferred");
}

function dataCloneError(message: string): Error {
  return new DOMException(message, "DataCloneError");
}
