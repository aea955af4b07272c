/**
 * The conversions of WebIDL (https://webidl.spec.whatwg.org/#js-type-mapping) that the guest API needs. All of them throw
 * TypeError for values that the type does not allow.
 */

const uncurry = Function.prototype.bind.bind(Function.prototype.call) as <This, Values extends unknown[], Result>(
  method: (this: This, ...values: Values) => Result,
) => (self: This, ...values: Values) => Result;
const getterOf = (prototype: object, name: string) =>
  uncurry(Object.getOwnPropertyDescriptor(prototype, name)?.get as (this: unknown) => unknown);

const { isView } = ArrayBuffer;
const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const typeOfArray = getterOf(typedArray, Symbol.toStringTag as unknown as string);
const bufferOf = {
  array: getterOf(typedArray, "buffer") as (view: unknown) => ArrayBufferLike,
  view: getterOf(DataView.prototype, "buffer") as (view: unknown) => ArrayBufferLike,
};
const offsetOf = {
  array: getterOf(typedArray, "byteOffset") as (view: unknown) => number,
  view: getterOf(DataView.prototype, "byteOffset") as (view: unknown) => number,
};
const lengthOf = {
  array: getterOf(typedArray, "byteLength") as (view: unknown) => number,
  view: getterOf(DataView.prototype, "byteLength") as (view: unknown) => number,
};
const isResizable = getterOf(ArrayBuffer.prototype, "resizable");
const isDetached = getterOf(ArrayBuffer.prototype, "detached");
const toText = String;
const toNumber = Number;
const { trunc } = Math;
const Bytes = Uint8Array;
const iteratorOf: typeof Symbol.iterator = Symbol.iterator;

/** Does a value have the type Object, as ECMAScript means it? Arrays and functions do, and so can be dictionaries. */
export function isObjectOrFunction(value: unknown): value is Record<PropertyKey, unknown> {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** https://webidl.spec.whatwg.org/#js-DOMString */
export function toDomString(value: unknown, what: string): string {
  if (typeof value === "symbol") throw new TypeError(`${what} must be a string, not a symbol`);
  return toText(value);
}

/** https://webidl.spec.whatwg.org/#js-dictionary: undefined and null have no members. */
export function toDictionary(value: unknown, what: string): Record<PropertyKey, unknown> {
  if (value === undefined || value === null) return { __proto__: null } as unknown as Record<PropertyKey, unknown>;
  if (!isObjectOrFunction(value)) throw new TypeError(`${what} must be an object`);
  return value;
}

/** https://webidl.spec.whatwg.org/#js-enumerations */
export function toEnum<Name extends string>(value: unknown, names: readonly Name[], what: string): Name {
  const text = toDomString(value, what);
  for (const name of names) if (name === text) return name;
  throw new TypeError(`${what} is "${text.slice(0, 100)}", which is not one of ${names.join(", ")}`);
}

/** Converts to an unsigned integer with [EnforceRange]: https://webidl.spec.whatwg.org/#abstract-opdef-converttoint */
export function enforceRange(value: unknown, bits: number, what: string): number {
  if (typeof value === "bigint") throw new TypeError(`${what} must be a number, not a bigint`);
  const number = trunc(toNumber(value));
  // NaN fails both comparisons.
  if (number >= 0 && number < 2 ** bits) return number + 0;
  throw new TypeError(`${what} is ${number}; it must be from 0 to ${2 ** bits - 1}`);
}

/** Converts to an unsigned long without [EnforceRange]: values out of range wrap around. */
export function toUnsignedLong(value: unknown): number {
  if (typeof value === "bigint") throw new TypeError("expected a number, got a bigint");
  return toNumber(value) >>> 0;
}

/** https://webidl.spec.whatwg.org/#js-sequence */
export function toSequence<Item>(value: unknown, convert: (item: unknown) => Item, what: string): Item[] {
  if (!isObjectOrFunction(value)) throw new TypeError(`${what} is not a sequence`);
  const method = value[iteratorOf];
  if (typeof method !== "function") throw new TypeError(`${what} is not iterable`);
  const items: Item[] = [];
  // `for of` would read the method a second time.
  const once: Iterable<unknown> = { [iteratorOf]: () => method.call(value) as Iterator<unknown> };
  for (const item of once) items[items.length] = convert(item);
  return items;
}

/** Is a value an ArrayBuffer or a view of one? Its prototype does not count. */
export function isBufferSource(value: unknown): boolean {
  return isView(value) || isArrayBuffer(value);
}

/**
 * Returns the bytes of a BufferSource without copying them; no bytes if it was detached. Shared and resizable memory is
 * rejected, because the interfaces here do not allow it. https://webidl.spec.whatwg.org/#js-buffer-source-types
 */
export function toBytes(value: unknown, what: string): Uint8Array {
  if (isArrayBuffer(value)) return checked(value, what) ? new Bytes(value) : new Bytes(0);
  if (!isView(value)) throw new TypeError(`${what} is neither an ArrayBuffer nor a view of one`);
  const kind = typeOfArray(value) === undefined ? "view" : "array";
  const buffer = bufferOf[kind](value);
  if (!isArrayBuffer(buffer)) throw new TypeError(`${what} is a view of shared memory`);
  return checked(buffer, what) ? new Bytes(buffer, offsetOf[kind](value), lengthOf[kind](value)) : new Bytes(0);
}

/** Returns a copy of the bytes of a BufferSource. */
export function copyBytes(value: unknown, what: string): Uint8Array {
  const copy = toBytes(value, what);
  return new Bytes(copy);
}

/** Is a value a Uint8Array, and no other view? */
export function isUint8Array(value: unknown): value is Uint8Array {
  return isView(value) && typeOfArray(value) === "Uint8Array";
}

/** Is a value a typed array of integers? */
export function isIntegerArray(value: unknown): boolean {
  const type = isView(value) ? typeOfArray(value) : undefined;
  for (const name of INTEGER_ARRAYS) if (name === type) return true;
  return false;
}

const INTEGER_ARRAYS = [
  ...["Int8Array", "Uint8Array", "Uint8ClampedArray", "Int16Array", "Uint16Array", "Int32Array", "Uint32Array"],
  ...["BigInt64Array", "BigUint64Array"],
];

function checked(buffer: ArrayBuffer, what: string): boolean {
  if (isResizable(buffer) === true) throw new TypeError(`${what} is in a resizable ArrayBuffer`);
  return isDetached(buffer) !== true;
}

function isArrayBuffer(value: unknown): value is ArrayBuffer {
  if (typeof value !== "object" || value === null) return false;
  try {
    isResizable(value);
    return true;
  } catch {
    return false;
  }
}
