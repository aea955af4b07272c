/** A cursor in the WebAssembly binary format. LEB128 is in section 5.2.2 of the core specification. */
export interface WasmReader {
  readonly bytes: Uint8Array;
  position: number;
}

/** Opens a cursor at `position`. */
export function readerAt(bytes: Uint8Array, position = 0): WasmReader {
  return { bytes, position };
}

/** Reads one byte. @throws {RangeError} at the end */
export function readByte(reader: WasmReader): number {
  const byte = reader.bytes[reader.position];
  if (byte === undefined) throw new RangeError(`WebAssembly binary ends early, at byte ${reader.position}`);
  reader.position += 1;
  return byte;
}

/** Reads an unsigned LEB128 of at most 32 bits. */
export function readU32(reader: WasmReader): number {
  let result = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = readByte(reader);
    result += (byte & 0x7f) * 2 ** shift;
    if ((byte & 0x80) === 0) return result;
    if (shift > 28) throw new RangeError(`LEB128 integer too long at byte ${reader.position}`);
  }
}

/** Skips a LEB128 of any width and sign. */
export function skipLeb(reader: WasmReader): void {
  while ((readByte(reader) & 0x80) !== 0);
}

/** Reads a name or other length-prefixed bytes. */
export function readVector(reader: WasmReader): Uint8Array {
  const length = readU32(reader);
  const start = reader.position;
  reader.position += length;
  return reader.bytes.subarray(start, reader.position);
}

/** A buffer of bytes that grows as needed. */
export class WasmWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  byte(...values: number[]): this {
    this.#reserve(values.length);
    for (const value of values) this.#bytes[this.#length++] = value;
    return this;
  }

  bytes(chunk: Uint8Array): this {
    this.#reserve(chunk.length);
    this.#bytes.set(chunk, this.#length);
    this.#length += chunk.length;
    return this;
  }

  u32(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.byte(rest);
  }

  /** Writes the length of a chunk and the chunk. */
  vector(chunk: Uint8Array): this {
    return this.u32(chunk.length).bytes(chunk);
  }

  name(text: string): this {
    return this.vector(new TextEncoder().encode(text));
  }

  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + more));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
