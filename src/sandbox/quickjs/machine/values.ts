import type { Machine } from "./machine.ts";

/** JS_PROP_CONFIGURABLE and JS_PROP_WRITABLE of the engine. */
const WRITABLE_CONFIGURABLE = 3;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Guest memory gave out while the host was putting something into it. */
export class GuestMemoryExhausted extends Error {
  override readonly name = "GuestMemoryExhausted";
}

/** Room in guest memory. @throws {GuestMemoryExhausted} */
export function allocate(machine: Machine, bytes: number): number {
  const pointer = machine.exports.wasm_malloc(Math.max(bytes, 1));
  if (pointer === 0) throw new GuestMemoryExhausted();
  return pointer;
}

/** Copies a text into guest memory as UTF-8 with a closing NUL, lends it to `use`, and frees it. */
function withText<T>(machine: Machine, text: string, use: (pointer: number, length: number) => T): T {
  // UTF-8 needs at most three bytes for a UTF-16 unit; small texts are encoded in place, large ones measured first.
  if (text.length <= 4096) {
    const pointer = allocate(machine, text.length * 3 + 1);
    const { written } = encoder.encodeInto(text, machine.bytes.subarray(pointer, pointer + text.length * 3));
    machine.bytes[pointer + written] = 0;
    const result = use(pointer, written);
    machine.exports.wasm_free(pointer);
    return result;
  }
  return withBytes(machine, encoder.encode(text), use);
}

function withBytes<T>(machine: Machine, bytes: Uint8Array, use: (pointer: number, length: number) => T): T {
  const pointer = keepBytes(machine, bytes);
  const result = use(pointer, bytes.length);
  machine.exports.wasm_free(pointer);
  return result;
}

/** A text for the engine's own functions that take a NUL-terminated one: stays in guest memory until the reset. */
export function keepText(machine: Machine, text: string): { pointer: number; length: number } {
  const bytes = encoder.encode(text);
  return { pointer: keepBytes(machine, bytes), length: bytes.length };
}

/** Bytes and a closing NUL in guest memory: they stay until the reset, or until they are freed. */
export function keepBytes(machine: Machine, bytes: Uint8Array): number {
  const pointer = allocate(machine, bytes.length + 1);
  machine.bytes.set(bytes, pointer);
  machine.bytes[pointer + bytes.length] = 0;
  return pointer;
}

/** A guest string. Unpaired surrogates become U+FFFD; JSON text has none. */
export function newString(machine: Machine, text: string): number {
  return boxed(
    withText(machine, text, (pointer, length) => machine.exports.qjs_new_string(pointer, length)),
    machine,
  );
}

/** A guest string from UTF-8. */
export function newStringFromUtf8(machine: Machine, bytes: Uint8Array): number {
  return boxed(
    withBytes(machine, bytes, (pointer, length) => machine.exports.qjs_new_string(pointer, length)),
    machine,
  );
}

/** A guest Uint8Array with the UTF-8 of a guest string; empty for anything else. The bytes never leave the guest. */
export function newUtf8Bytes(machine: Machine, box: number | undefined): number {
  const { exports } = machine;
  if (box === undefined || exports.qjs_is_string(box) === 0) return newBytes(machine, new Uint8Array(0));
  const lengthOut = allocate(machine, 4);
  const pointer = exports.qjs_get_string_len(box, lengthOut);
  if (pointer === 0) throw new GuestMemoryExhausted();
  const made = exports.qjs_new_uint8_array(pointer, new DataView(exports.memory.buffer).getUint32(lengthOut, true));
  exports.qjs_free_cstring(pointer);
  exports.wasm_free(lengthOut);
  return boxed(made, machine);
}

/** A guest string from UTF-8 that is in guest memory already. */
export function newStringAt(machine: Machine, pointer: number, length: number): number {
  return boxed(machine.exports.qjs_new_string(pointer, length), machine);
}

/** A guest Uint8Array with a copy of the bytes. */
export function newBytes(machine: Machine, bytes: Uint8Array): number {
  return boxed(
    withBytes(machine, bytes, (pointer, length) => machine.exports.qjs_new_uint8_array(pointer, length)),
    machine,
  );
}

function boxed(box: number, machine: Machine): number {
  if (box === 0 || machine.exports.qjs_is_exception(box) !== 0) throw new GuestMemoryExhausted();
  return box;
}

/** Length in UTF-8 and text of a guest string; undefined for anything else (nothing of the guest's is run). */
export function readString(
  machine: Machine,
  box: number | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): { text: string; bytes: number } | undefined {
  const bytes = readUtf8(machine, box, maxBytes, (utf8) => ({ text: decoder.decode(utf8), bytes: utf8.length }));
  return typeof bytes === "number" ? { text: "", bytes } : bytes;
}

/** Lends the UTF-8 of a guest string to `use`, or gives its length when that is over `maxBytes`. */
export function readUtf8<T>(
  machine: Machine,
  box: number | undefined,
  maxBytes: number,
  use: (utf8: Uint8Array) => T,
): T | number | undefined {
  if (box === undefined || machine.exports.qjs_is_string(box) === 0) return undefined;
  const lengthOut = allocate(machine, 4);
  const pointer = machine.exports.qjs_get_string_len(box, lengthOut);
  if (pointer === 0) throw new GuestMemoryExhausted();
  const length = new DataView(machine.exports.memory.buffer).getUint32(lengthOut, true);
  machine.exports.wasm_free(lengthOut);
  const result = length > maxBytes ? length : use(machine.bytes.subarray(pointer, pointer + length));
  machine.exports.qjs_free_cstring(pointer);
  return result;
}

/** A copy of the bytes of a guest's typed array, or their number when it is over `maxBytes`; else undefined. */
export function readBytes(
  machine: Machine,
  box: number | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): Uint8Array | number | undefined {
  const place = locateBytes(machine, box);
  if (place === undefined) return undefined;
  const { pointer, length } = place;
  return length > maxBytes ? length : machine.bytes.slice(pointer, pointer + length);
}

/** Where in guest memory the bytes of a typed array are now; undefined for anything else. */
export function locateBytes(
  machine: Machine,
  box: number | undefined,
): { pointer: number; length: number } | undefined {
  const { exports } = machine;
  if (box === undefined) return undefined;
  const out = allocate(machine, 16);
  const buffer = exports.qjs_get_typed_array_buffer(box, out, out + 4, out + 8);
  try {
    if (exports.qjs_is_exception(buffer) !== 0) {
      exports.qjs_free_value(exports.qjs_get_exception()); // not a typed array: no exception of the guest's
      return undefined;
    }
    const start = exports.qjs_get_array_buffer(buffer, out + 12);
    const view = new DataView(exports.memory.buffer);
    // What the engine says of an array over a buffer that has shrunk since can reach beyond the buffer.
    const size = view.getUint32(out + 12, true);
    const offset = Math.min(view.getUint32(out, true), size);
    return { pointer: start + offset, length: Math.min(view.getUint32(out + 4, true), size - offset) };
  } finally {
    exports.qjs_free_value(buffer);
    exports.wasm_free(out);
  }
}

/** A number, NaN for anything else. */
export function readNumber(machine: Machine, box: number | undefined): number {
  return box === undefined || machine.exports.qjs_is_number(box) === 0
    ? Number.NaN
    : machine.exports.qjs_get_float64(box);
}

/** Throws an Error with this message inside the guest; give the result back from a host call. */
export function throwInGuest(machine: Machine, message: string): number {
  const error = machine.exports.qjs_new_error();
  const name = keepText(machine, "message");
  // Defined, not set: no setter that the guest may have put on Error.prototype runs now.
  machine.exports.qjs_define_prop_string(error, name.pointer, newString(machine, message), WRITABLE_CONFIGURABLE);
  machine.exports.qjs_throw(error);
  return 0;
}

/** Calls a guest function with boxes, which are freed then; rejects with what a hook threw, or the engine's trap. */
export async function callGuest(machine: Machine, callee: number, values: readonly number[]): Promise<number> {
  const { exports } = machine;
  const argv = values.length === 0 ? 0 : allocate(machine, values.length * 4);
  const view = new DataView(exports.memory.buffer);
  for (const [i, value] of values.entries()) view.setUint32(argv + 4 * i, value, true);
  const self = exports.qjs_get_undefined();
  const box = await machine.call(callee, self, values.length, argv);
  for (const value of [self, ...values]) exports.qjs_free_value(value);
  if (argv !== 0) exports.wasm_free(argv);
  return box;
}
