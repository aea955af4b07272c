/** Fields of the ELF header and of a program header, 64 bits: https://refspecs.linuxfoundation.org/elf/elf.pdf. */
const HEADER = { machine: 18, entry: 24, programHeaders: 32, entrySize: 54, count: 56 };
const SEGMENT = { type: 0, flags: 4, offset: 8, address: 16, physical: 24, fileSize: 32, memorySize: 40, align: 48 };
const TYPE = { load: 1, dynamic: 2, note: 4 };
const READ_AND_EXECUTE = 5;
/** Tags of the dynamic section, and the sizes of what two of them point to. */
const TAG = { strings: 5, symbols: 6, callRelocations: 23, callRelocationsSize: 2 };
const SYMBOL_BYTES = 24;
const RELOCATION_BYTES = 24;

/** A 64-bit little-endian ELF executable. */
export class ElfFile {
  readonly #tableAt: number;
  readonly #entrySize: number;
  readonly #segments: Buffer[];

  /** @throws {Error} when the file is of another form */
  constructor(private readonly file: Buffer) {
    if (file.toString("hex", 0, 6) !== "7f454c460201") throw new Error("not a 64-bit little-endian ELF file");
    this.#tableAt = Number(file.readBigUInt64LE(HEADER.programHeaders));
    this.#entrySize = file.readUInt16LE(HEADER.entrySize);
    this.#segments = Array.from({ length: file.readUInt16LE(HEADER.count) }, (_, index) => {
      const at = this.#tableAt + index * this.#entrySize;
      return Buffer.from(file.subarray(at, at + this.#entrySize));
    });
  }

  /** ELF's number of the processor. */
  get machine(): number {
    return this.file.readUInt16LE(HEADER.machine);
  }

  /** Address of the first instruction. */
  get entry(): number {
    return Number(this.file.readBigUInt64LE(HEADER.entry));
  }

  /**
   * Where the executable keeps the address of a function of the C library.
   * @returns the address of the pointer
   * @throws {Error} when the executable does not call the function
   */
  callSlot(name: string): number {
    const dynamic = this.#ofType(TYPE.dynamic)[0];
    if (dynamic === undefined) throw new Error("an ELF file without dynamic linking");
    const [from, size] = [read(dynamic, "offset"), read(dynamic, "fileSize")];
    const tags = new Map<number, number>();
    for (let at = from; at < from + size; at += 16) {
      tags.set(Number(this.file.readBigInt64LE(at)), Number(this.file.readBigUInt64LE(at + 8)));
    }
    const place = (tag: number) => this.#offsetOf(tags.get(tag) ?? 0);
    const [strings, symbols, relocations] = [place(TAG.strings), place(TAG.symbols), place(TAG.callRelocations)];
    const end = relocations + (tags.get(TAG.callRelocationsSize) ?? 0);
    const wanted = Buffer.from(`${name}\0`);
    for (let at = relocations; at < end; at += RELOCATION_BYTES) {
      const symbol = symbols + this.file.readUInt32LE(at + 12) * SYMBOL_BYTES;
      const nameAt = strings + this.file.readUInt32LE(symbol);
      if (wanted.equals(this.file.subarray(nameAt, nameAt + wanted.length))) {
        return Number(this.file.readBigUInt64LE(at));
      }
    }
    throw new Error(`an ELF file that does not call ${name}`);
  }

  /**
   * The executable with bytes of its own at the end of the file, loaded as code that runs first. Their segment takes the
   * place of the one with the linker's notes, which nothing reads at run time.
   * @param write makes the bytes for the address that they get, and says at which of them to start
   * @throws {Error} when there are no notes
   */
  withCode(write: (address: number) => { bytes: Buffer; start: number }): Buffer {
    const spare = this.#ofType(TYPE.note)[0];
    const lastLoaded = this.#ofType(TYPE.load).at(-1);
    if (spare === undefined || lastLoaded === undefined) throw new Error("an ELF file without notes to replace");
    const align = read(lastLoaded, "align");
    const end = read(lastLoaded, "address") + read(lastLoaded, "memorySize");
    const offset = Math.ceil(this.file.length / 16) * 16;
    // A segment's address and its place in the file must agree within a page.
    const address = Math.ceil(end / align) * align + (offset % align);
    const { bytes, start } = write(address);

    spare.writeUInt32LE(TYPE.load, SEGMENT.type);
    spare.writeUInt32LE(READ_AND_EXECUTE, SEGMENT.flags);
    const numbers = { offset, address, physical: address, fileSize: bytes.length, memorySize: bytes.length, align };
    for (const [name, value] of Object.entries(numbers)) {
      spare.writeBigUInt64LE(BigInt(value), SEGMENT[name as keyof typeof numbers]);
    }
    // Loaded segments have to be in the order of their addresses.
    const ordered = this.#segments.filter((segment) => segment !== spare);
    ordered.splice(ordered.indexOf(lastLoaded) + 1, 0, spare);
    const made = Buffer.concat([this.file, Buffer.alloc(offset - this.file.length), bytes]);
    ordered.forEach((segment, index) => {
      segment.copy(made, this.#tableAt + index * this.#entrySize);
    });
    made.writeBigUInt64LE(BigInt(address + start), HEADER.entry);
    return made;
  }

  #ofType(type: number): Buffer[] {
    return this.#segments.filter((segment) => segment.readUInt32LE(SEGMENT.type) === type);
  }

  /** Place in the file of what is loaded at an address. */
  #offsetOf(address: number): number {
    for (const segment of this.#ofType(TYPE.load)) {
      const inside = address - read(segment, "address");
      if (inside >= 0 && inside < read(segment, "fileSize")) return read(segment, "offset") + inside;
    }
    throw new Error("an ELF file that points outside of itself");
  }
}

function read(segment: Buffer, field: Exclude<keyof typeof SEGMENT, "type" | "flags">): number {
  return Number(segment.readBigUInt64LE(SEGMENT[field]));
}
