import { fstatSync, readSync, writeSync } from "node:fs";

/** Fields of the ELF header and of a program header, 64 bits: https://refspecs.linuxfoundation.org/elf/elf.pdf. */
const HEADER = { machine: 18, entry: 24, programHeaders: 32, entrySize: 54, count: 56, bytes: 64 };
const SEGMENT = { type: 0, flags: 4, offset: 8, address: 16, physical: 24, fileSize: 32, memorySize: 40, align: 48 };
const TYPE = { load: 1, dynamic: 2, note: 4 };
const READ_AND_EXECUTE = 5;
/** Tags of the dynamic section, and the sizes of the entries in two of the tables that they point to. */
const TAG = { strings: 5, stringsSize: 10, symbols: 6, callRelocations: 23, callRelocationsSize: 2 };
const SYMBOL_BYTES = 24;
const RELOCATION_BYTES = 24;

/** A 64-bit little-endian ELF executable. Only what is asked for is read or written: the file is large. */
export class ElfFile {
  readonly #header: Buffer;
  readonly #segments: Buffer[];

  /**
   * @param file descriptor of a file that is open for reading and writing
   * @throws {Error} when the file is of another form
   */
  constructor(private readonly file: number) {
    this.#header = this.#bytes(0, HEADER.bytes);
    if (this.#header.toString("hex", 0, 6) !== "7f454c460201") throw new Error("not a 64-bit little-endian ELF file");
    const size = this.#header.readUInt16LE(HEADER.entrySize);
    const table = this.#bytes(this.#tableAt, size * this.#header.readUInt16LE(HEADER.count));
    this.#segments = Array.from({ length: table.length / size }, (_, index) =>
      table.subarray(index * size, (index + 1) * size),
    );
  }

  /** ELF's number of the processor. */
  get machine(): number {
    return this.#header.readUInt16LE(HEADER.machine);
  }

  /** Address of the first instruction. */
  get entry(): number {
    return Number(this.#header.readBigUInt64LE(HEADER.entry));
  }

  /**
   * Where the executable keeps the address of a function of the C library.
   * @returns the address of the pointer
   * @throws {Error} when the executable does not call the function
   */
  callSlot(name: string): number {
    const dynamic = this.#ofType(TYPE.dynamic)[0];
    if (dynamic === undefined) throw new Error("an ELF file without dynamic linking");
    const entries = this.#bytes(field(dynamic, "offset"), field(dynamic, "fileSize"));
    const tags = new Map<number, number>();
    for (let at = 0; at < entries.length; at += 16) {
      tags.set(Number(entries.readBigInt64LE(at)), Number(entries.readBigUInt64LE(at + 8)));
    }
    const tag = (name: keyof typeof TAG) => tags.get(TAG[name]) ?? 0;
    const relocations = this.#bytes(this.#offsetOf(tag("callRelocations")), tag("callRelocationsSize"));
    const symbols = this.#offsetOf(tag("symbols"));
    const strings = this.#bytes(this.#offsetOf(tag("strings")), tag("stringsSize"));
    const wanted = Buffer.from(`${name}\0`);
    for (let at = 0; at < relocations.length; at += RELOCATION_BYTES) {
      const symbol = this.#bytes(symbols + relocations.readUInt32LE(at + 12) * SYMBOL_BYTES, SYMBOL_BYTES);
      const nameAt = symbol.readUInt32LE(0);
      if (wanted.equals(strings.subarray(nameAt, nameAt + wanted.length))) {
        return Number(relocations.readBigUInt64LE(at));
      }
    }
    throw new Error(`an ELF file that does not call ${name}`);
  }

  /**
   * Appends bytes to the file, to be loaded as code that runs first. Their segment takes the place of the one with the
   * linker's notes, which nothing reads at run time.
   * @param write makes the bytes for the address that they get, and says at which of them to start
   * @throws {Error} when there are no notes
   */
  addCode(write: (address: number) => { bytes: Buffer; start: number }): void {
    const spare = this.#ofType(TYPE.note)[0];
    const lastLoaded = this.#ofType(TYPE.load).at(-1);
    if (spare === undefined || lastLoaded === undefined) throw new Error("an ELF file without notes to replace");
    const align = field(lastLoaded, "align");
    const end = field(lastLoaded, "address") + field(lastLoaded, "memorySize");
    const offset = Math.ceil(fstatSync(this.file).size / 16) * 16;
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
    this.#header.writeBigUInt64LE(BigInt(address + start), HEADER.entry);
    this.#write(bytes, offset);
    this.#write(Buffer.concat(ordered), this.#tableAt);
    this.#write(this.#header, 0);
  }

  get #tableAt(): number {
    return Number(this.#header.readBigUInt64LE(HEADER.programHeaders));
  }

  /** @throws {Error} when the file ends before */
  #bytes(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    if (readSync(this.file, bytes, 0, length, offset) < length) throw new Error("an ELF file that ends too early");
    return bytes;
  }

  #write(bytes: Buffer, offset: number): void {
    writeSync(this.file, bytes, 0, bytes.length, offset);
  }

  #ofType(type: number): Buffer[] {
    return this.#segments.filter((segment) => segment.readUInt32LE(SEGMENT.type) === type);
  }

  /** Place in the file of what is loaded at an address. */
  #offsetOf(address: number): number {
    for (const segment of this.#ofType(TYPE.load)) {
      const inside = address - field(segment, "address");
      if (inside >= 0 && inside < field(segment, "fileSize")) return field(segment, "offset") + inside;
    }
    throw new Error("an ELF file that points outside of itself");
  }
}

function field(segment: Buffer, name: Exclude<keyof typeof SEGMENT, "type" | "flags">): number {
  return Number(segment.readBigUInt64LE(SEGMENT[name]));
}
