import { isUtf8 } from "node:buffer";
import type { Machine } from "../machine/machine.ts";
import { allocate, locateBytes, newString, newStringAt, newStringFromUtf8 } from "../machine/values.ts";

/** How bytes are to be read, as the guest's TextDecoder says it. */
export interface Decoding {
  /** Name of an encoding of the standard. */
  encoding: string;
  /** Malformed bytes are an error instead of U+FFFD. */
  fatal: boolean;
  /** A byte order mark stays. */
  keepBom: boolean;
  /** More bytes will come: a character that is cut off at the end is left out. */
  partial: boolean;
}

const UTF8 = "utf-8";
const CHUNK = 64 * 1024;
const BOM = [0xef, 0xbb, 0xbf];

/**
 * A guest string from the bytes of a guest's typed array. The text is made inside the guest's memory, where its limit
 * counts, and never as a whole in the host's.
 * @returns undefined when the encoding is unknown, or the bytes are malformed and that is fatal
 */
export function newDecodedString(machine: Machine, box: number | undefined, decoding: Decoding): number | undefined {
  const { pointer, length } = locateBytes(machine, box) ?? { pointer: 0, length: 0 };
  if (length === 0) return newString(machine, "");
  const source = () => machine.bytes.subarray(pointer, pointer + length);
  if (decoding.encoding === UTF8 && isUtf8(source())) {
    // complete, so that "partial" does not matter
    const skipped = decoding.keepBom ? 0 : bomLength(source());
    return newStringAt(machine, pointer + skipped, length - skipped);
  }
  return decodeInto(machine, source, decoding);
}

/** A guest string from a response's body, as the standard reads it: UTF-8, malformed bytes replaced, no mark. */
export function newBodyString(machine: Machine, body: Uint8Array): number {
  if (isUtf8(body)) return newStringFromUtf8(machine, body.subarray(bomLength(body)));
  return (
    decodeInto(machine, () => body, { encoding: UTF8, fatal: false, keepBom: false, partial: false }) ??
    newString(machine, "")
  );
}

/** Length of the byte order mark that UTF-8 begins with, bytes; 0 without one. */
export function bomLength(bytes: Uint8Array): number {
  return BOM.every((byte, i) => bytes[i] === byte) ? BOM.length : 0;
}

/** Decodes twice, chunk by chunk: first to know the size, then into guest memory. */
function decodeInto(machine: Machine, source: () => Uint8Array, decoding: Decoding): number | undefined {
  const encoder = new TextEncoder();
  try {
    let size = 0;
    for (const text of chunksOf(machine, source, decoding)) size += Buffer.byteLength(text);
    const target = allocate(machine, size + 1);
    let at = target;
    for (const text of chunksOf(machine, source, decoding)) {
      at += encoder.encodeInto(text, machine.bytes.subarray(at, target + size)).written;
    }
    const box = newStringAt(machine, target, size);
    machine.exports.wasm_free(target);
    return box;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined; // malformed, unknown encoding
    throw error;
  }
}

function* chunksOf(
  machine: Machine,
  source: () => Uint8Array,
  { encoding, fatal, keepBom, partial }: Decoding,
): Generator<string> {
  const decoder = new TextDecoder(encoding as "utf-8", { fatal, ignoreBOM: keepBom });
  const { length } = source();
  for (let at = 0; at < length; at += CHUNK) {
    machine.hooks?.checkpoint(); // the guest's time goes on while the host works for it
    yield decoder.decode(source().subarray(at, at + CHUNK), { stream: true });
  }
  if (!partial) yield decoder.decode();
}
