import { isUtf8 } from "node:buffer";
import { LONG_TEXT, type ShareableText } from "../../../domain/shared-text.ts";
import type { Machine } from "./machine.ts";

/** JS_PROP_CONFIGURABLE and JS_PROP_WRITABLE of the engine. */
const WRITABLE_CONFIGURABLE = 3;

const BOM = [0xef, 0xbb, 0xbf];

const encoder = new TextEncoder();
/** U+FEFF at the beginning of a guest's text is a character of it. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** Guest memory ran out while the host was writing to it. */
export class GuestMemoryExhausted extends Error {
  override readonly name = "GuestMemoryExhausted";
}

/** Allocates guest memory. @throws {GuestMemoryExhausted} */
export function allocate(machine: Machine, bytes: number): number {
  const pointer = machine.exports.wasm_malloc(Math.max(bytes, 1));
  if (pointer === 0) throw new GuestMemoryExhausted();
  return pointer;
}

/** Copies a text into guest memory as UTF-8 with a closing NUL, passes it to `use`, and frees it. */
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

/** Writes a NUL-terminated text for the engine's own functions. It stays in guest memory until the reset. */
export function keepText(machine: Machine, text: string): { pointer: number; length: number } {
  const bytes = encoder.encode(text);
  return { pointer: keepBytes(machine, bytes), length: bytes.length };
}

/** Writes bytes and a closing NUL into guest memory. They stay until the reset, or until they are freed. */
export function keepBytes(machine: Machine, bytes: Uint8Array): number {
  const pointer = allocate(machine, bytes.length + 1);
  machine.bytes.set(bytes, pointer);
  machine.bytes[pointer + bytes.length] = 0;
  return pointer;
}

/** Creates a guest string. Unpaired surrogates become U+FFFD; JSON text has none. */
export function newString(machine: Machine, text: string): number {
  return checked(
    withText(machine, text, (pointer, length) => machine.exports.qjs_new_string(pointer, length)),
    machine,
  );
}

/** Creates a guest string from UTF-8. */
export function newStringFromUtf8(machine: Machine, bytes: Uint8Array): number {
  return checked(
    withBytes(machine, bytes, (pointer, length) => machine.exports.qjs_new_string(pointer, length)),
    machine,
  );
}

/** Creates a guest string from a text that may be shared between threads. */
export function newText(machine: Machine, text: ShareableText): number {
  return typeof text === "string" ? newString(machine, text) : newStringFromUtf8(machine, text.utf8);
}

/** Creates a guest Uint8Array with the UTF-8 of a guest string, or an empty one. The bytes never leave the guest. */
export function newUtf8Bytes(machine: Machine, handle: number | undefined): number {
  const { exports } = machine;
  if (handle === undefined || exports.qjs_is_string(handle) === 0) return newBytes(machine, new Uint8Array(0));
  const lengthOut = allocate(machine, 4);
  const pointer = exports.qjs_get_string_len(handle, lengthOut);
  if (pointer === 0) throw new GuestMemoryExhausted();
  const made = exports.qjs_new_uint8_array(pointer, new DataView(exports.memory.buffer).getUint32(lengthOut, true));
  exports.qjs_free_cstring(pointer);
  exports.wasm_free(lengthOut);
  return checked(made, machine);
}

/** Creates a guest string from UTF-8 that is already in guest memory. */
export function newStringAt(machine: Machine, pointer: number, length: number): number {
  return checked(machine.exports.qjs_new_string(pointer, length), machine);
}

/** Creates a guest Uint8Array with a copy of the bytes. */
export function newBytes(machine: Machine, bytes: Uint8Array): number {
  return checked(
    withBytes(machine, bytes, (pointer, length) => machine.exports.qjs_new_uint8_array(pointer, length)),
    machine,
  );
}

function checked(handle: number, machine: Machine): number {
  if (handle === 0 || machine.exports.qjs_is_exception(handle) !== 0) throw new GuestMemoryExhausted();
  return handle;
}

/** Returns the text of a guest string and its length in UTF-8, or undefined for anything else. Runs no guest code. */
export function readString(
  machine: Machine,
  handle: number | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): { text: string; bytes: number } | undefined {
  const bytes = readUtf8(machine, handle, maxBytes, (utf8) => ({ text: decoder.decode(utf8), bytes: utf8.length }));
  return typeof bytes === "number" ? { text: "", bytes } : bytes;
}

/** Passes the UTF-8 of a guest string to `use`, or returns its length if that exceeds `maxBytes`. */
export function readUtf8<T>(
  machine: Machine,
  handle: number | undefined,
  maxBytes: number,
  use: (utf8: Uint8Array) => T,
): T | number | undefined {
  if (handle === undefined || machine.exports.qjs_is_string(handle) === 0) return undefined;
  const lengthOut = allocate(machine, 4);
  const pointer = machine.exports.qjs_get_string_len(handle, lengthOut);
  if (pointer === 0) throw new GuestMemoryExhausted();
  const length = new DataView(machine.exports.memory.buffer).getUint32(lengthOut, true);
  machine.exports.wasm_free(lengthOut);
  const result = length > maxBytes ? length : use(machine.bytes.subarray(pointer, pointer + length));
  machine.exports.qjs_free_cstring(pointer);
  return result;
}

/**
 * Returns the text of UTF-8 in guest memory.
 * @param isShared a long text is created in memory that all threads share, as it is if it is well-formed
 */
export function textOfUtf8(utf8: Uint8Array, isShared: boolean): ShareableText {
  const isExact = isShared && utf8.length >= LONG_TEXT && isUtf8(utf8) && bomLength(utf8) === 0;
  if (!isExact) return decoder.decode(utf8);
  const shared = new Uint8Array(new SharedArrayBuffer(utf8.length));
  shared.set(utf8);
  return { utf8: shared };
}

/** Returns the length of the UTF-8 byte order mark at the beginning, bytes; 0 without one. */
export function bomLength(bytes: Uint8Array): number {
  return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0;
}

/** Returns a copy of the bytes of a typed array, or their number if it exceeds `maxBytes`; undefined for anything else. */
export function readBytes(
  machine: Machine,
  handle: number | undefined,
  maxBytes = Number.POSITIVE_INFINITY,
): Uint8Array | number | undefined {
  const place = locateBytes(machine, handle);
  if (place === undefined) return undefined;
  const { pointer, length } = place;
  return length > maxBytes ? length : machine.bytes.slice(pointer, pointer + length);
}

/** Returns where in guest memory the bytes of a typed array are now, or undefined for anything else. */
export function locateBytes(
  machine: Machine,
  handle: number | undefined,
): { pointer: number; length: number } | undefined {
  const { exports } = machine;
  if (handle === undefined) return undefined;
  const out = allocate(machine, 16);
  const buffer = exports.qjs_get_typed_array_buffer(handle, out, out + 4, out + 8);
  try {
    if (exports.qjs_is_exception(buffer) !== 0) {
      exports.qjs_free_value(exports.qjs_get_exception()); // it is not a typed array, and the guest must not see the exception
      return undefined;
    }
    const start = exports.qjs_get_array_buffer(buffer, out + 12);
    const view = new DataView(exports.memory.buffer);
    // If the buffer has shrunk since, the array's bounds according to the engine can reach beyond it.
    const size = view.getUint32(out + 12, true);
    const offset = Math.min(view.getUint32(out, true), size);
    return { pointer: start + offset, length: Math.min(view.getUint32(out + 4, true), size - offset) };
  } finally {
    exports.qjs_free_value(buffer);
    exports.wasm_free(out);
  }
}

/** Returns a number, or NaN for anything else. */
export function readNumber(machine: Machine, handle: number | undefined): number {
  return handle === undefined || machine.exports.qjs_is_number(handle) === 0
    ? Number.NaN
    : machine.exports.qjs_get_float64(handle);
}

/** Throws an Error with this message inside the guest. A host call has to return the result. */
export function throwInGuest(machine: Machine, message: string): number {
  const error = machine.exports.qjs_new_error();
  const name = keepText(machine, "message");
  // Defined instead of set, so that no setter runs which the guest may have put on Error.prototype.
  machine.exports.qjs_define_prop_string(error, name.pointer, newString(machine, message), WRITABLE_CONFIGURABLE);
  machine.exports.qjs_throw(error);
  return 0;
}

/** Calls a guest function with handles, which are freed then; rejects with what a hook threw, or the engine's trap. */
export async function callGuest(machine: Machine, callee: number, values: readonly number[]): Promise<number> {
  const { exports } = machine;
  const argv = values.length === 0 ? 0 : allocate(machine, values.length * 4);
  const view = new DataView(exports.memory.buffer);
  for (const [i, value] of values.entries()) view.setUint32(argv + 4 * i, value, true);
  const self = exports.qjs_get_undefined();
  const handle = await machine.call(callee, self, values.length, argv);
  for (const value of [self, ...values]) exports.qjs_free_value(value);
  if (argv !== 0) exports.wasm_free(argv);
  return handle;
}
