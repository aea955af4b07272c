import { isUtf8 } from "node:buffer";
import type { Machine } from "../machine/machine.ts";
import { allocate, bomLength, locateBytes, newString, newStringAt, newStringFromUtf8 } from "../machine/values.ts";

/** How to decode bytes: the options of the guest's TextDecoder. */
export interface Decoding {
  /** The standard's name of an encoding. */
  encoding: string;
  /** Malformed bytes are an error instead of becoming U+FFFD. */
  fatal: boolean;
  /** A byte order mark stays. */
  keepBom: boolean;
  /** More bytes will follow, so a character that is cut off at the end is left out. */
  partial: boolean;
}

const UTF8 = "utf-8";
const CHUNK = 64 * 1024;

/**
 * Creates a guest string from the bytes of a guest's typed array. The text is created inside the guest's memory, where the
 * limit applies, and never as a whole in the host's.
 * @returns undefined if the encoding is unknown, or if the bytes are malformed and that is fatal
 */
export function newDecodedString(machine: Machine, handle: number | undefined, decoding: Decoding): number | undefined {
  const { pointer, length } = locateBytes(machine, handle) ?? { pointer: 0, length: 0 };
  if (length === 0) return newString(machine, "");
  const source = () => machine.bytes.subarray(pointer, pointer + length);
  if (decoding.encoding === UTF8 && isUtf8(source())) {
    // complete, so that "partial" does not matter
    const skipped = decoding.keepBom ? 0 : bomLength(source());
    return newStringAt(machine, pointer + skipped, length - skipped);
  }
  return decodeInto(machine, source, decoding);
}

/** Creates a guest string from a response's body as the standard says: UTF-8, malformed bytes replaced, no byte order mark. */
export function newBodyString(machine: Machine, body: Uint8Array): number {
  if (isUtf8(body)) return newStringFromUtf8(machine, body.subarray(bomLength(body)));
  return (
    decodeInto(machine, () => body, { encoding: UTF8, fatal: false, keepBom: false, partial: false }) ??
    newString(machine, "")
  );
}

/** Decodes twice, chunk by chunk: first to find the size, then into guest memory. */
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
    const handle = newStringAt(machine, target, size);
    machine.exports.wasm_free(target);
    return handle;
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
    machine.hooks?.checkpoint(); // the guest's time passes while the host works for it
    yield decoder.decode(source().subarray(at, at + CHUNK), { stream: true });
  }
  if (!partial) yield decoder.decode();
}
