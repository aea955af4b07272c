/**
 * Machine code that a Linux executable runs before anything else.
 *
 * The runtime ends the process with its own words when the current folder was deleted, before any code of ours runs. So
 * the executable starts with a few instructions: when getcwd(2) fails with ENOENT, they change to /proc/self/fd, else to
 * /, and then jump to where the executable would have started. No other folder looks like /proc/PID/fd, and no file can be
 * made there, so the command line knows what happened: see src/cli/current-folder.ts.
 *
 * Decision: docs/adr/0004-command-line.md.
 */

/** Code for one processor, in two parts around the jump to the original start. */
interface StartCode {
  /** ELF's number of the processor. */
  machine: number;
  before: string;
  /** The jump's bytes. @param distance from the first byte of the jump to its target @throws when it is too far */
  jump(distance: number): Buffer;
}

/** "/proc/self/fd", "/", each with its zero. */
const PATHS = Buffer.from("/proc/self/fd\0/\0").toString("hex");

const CODES: readonly StartCode[] = [
  {
    machine: 62, // x86-64
    before: [
      "505152565741 53", // push rax, rcx, rdx, rsi, rdi, r11
      "4881ec00100000", // sub rsp, 4096
      "b84f000000 4889e7 be00100000 0f05", // getcwd(rsp, 4096)
      "83f8fe 7520", // unless -ENOENT: to the end
      "b850000000 488d3d27000000 0f05", // chdir("/proc/self/fd")
      "85c0 740e", // when that worked: to the end
      "b850000000 488d3d23000000 0f05", // chdir("/")
      "4881c400100000", // add rsp, 4096
      "415b 5f5e5a5958", // pop them all
    ].join(""),
    jump(distance) {
      const bytes = Buffer.from("e900000000", "hex");
      bytes.writeInt32LE(distance - bytes.length, 1);
      return bytes;
    },
  },
  {
    machine: 183, // AArch64
    before: [
      "e007bba9 e20f01a9 e41702a9 e61f03a9 e87b04a9", // store x0 to x8, x30
      "ff0740d1", // sub sp, sp, 4096
      "280280d2 e0030091 010082d2 010000d4", // getcwd(sp, 4096)
      "1f080031 01010054", // unless -ENOENT: to the end
      "280680d2 a0010010 010000d4", // chdir("/proc/self/fd")
      "80000034", // when that worked: to the end
      "280680d2 80010050 010000d4", // chdir("/")
      "ff074091", // add sp, sp, 4096
      "e20f41a9 e41742a9 e61f43a9 e87b44a9 e007c5a8", // load them all
    ].join(""),
    jump(distance) {
      if (Math.abs(distance) >= 2 ** 27) throw new Error("the start code is too far from the start of the executable");
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE((0x14000000 | ((distance >> 2) & 0x03ffffff)) >>> 0);
      return bytes;
    },
  },
];

/** Fields of the ELF header and of a program header, 64 bits: https://refspecs.linuxfoundation.org/elf/elf.pdf. */
const HEADER = { machine: 18, entry: 24, programHeaders: 32, entrySize: 54, count: 56 };
const SEGMENT = { type: 0, flags: 4, offset: 8, address: 16, physical: 24, fileSize: 32, memorySize: 40, align: 48 };
const TYPE = { load: 1, note: 4 };
const READ_AND_EXECUTE = 5;

/**
 * The executable with the start code: at the end of the file, in a segment of its own. That takes the place of the
 * segment with the linker's notes, which nothing reads at run time.
 * @param file a 64-bit little-endian ELF executable
 * @throws {Error} when it is not one, is made for another processor, or has no notes
 */
export function withStartCode(file: Buffer): Buffer {
  if (file.toString("hex", 0, 6) !== "7f454c460201") throw new Error("not a 64-bit little-endian ELF file");
  const code = CODES.find(({ machine }) => machine === file.readUInt16LE(HEADER.machine));
  if (code === undefined) throw new Error("an ELF file for a processor that has no start code");
  const tableAt = Number(file.readBigUInt64LE(HEADER.programHeaders));
  const size = file.readUInt16LE(HEADER.entrySize);
  const segments = Array.from({ length: file.readUInt16LE(HEADER.count) }, (_, index) =>
    Buffer.from(file.subarray(tableAt + index * size, tableAt + (index + 1) * size)),
  );
  const notes = segments.findIndex((segment) => segment.readUInt32LE(SEGMENT.type) === TYPE.note);
  const last = segments.findLastIndex((segment) => segment.readUInt32LE(SEGMENT.type) === TYPE.load);
  const [spare, lastLoaded] = [segments[notes], segments[last]];
  if (spare === undefined || lastLoaded === undefined) throw new Error("an ELF file without notes to replace");

  const align = Number(lastLoaded.readBigUInt64LE(SEGMENT.align));
  const end = Number(lastLoaded.readBigUInt64LE(SEGMENT.address) + lastLoaded.readBigUInt64LE(SEGMENT.memorySize));
  const offset = Math.ceil(file.length / 16) * 16;
  // A segment's address and its place in the file must agree within a page.
  const address = Math.ceil(end / align) * align + (offset % align);
  const before = Buffer.from(code.before.replaceAll(" ", ""), "hex");
  const start = Number(file.readBigUInt64LE(HEADER.entry));
  const jump = code.jump(start - (address + before.length));
  const bytes = Buffer.concat([before, jump, Buffer.from(PATHS, "hex")]);

  spare.writeUInt32LE(TYPE.load, SEGMENT.type);
  spare.writeUInt32LE(READ_AND_EXECUTE, SEGMENT.flags);
  const numbers = { offset, address, physical: address, fileSize: bytes.length, memorySize: bytes.length, align };
  for (const [name, value] of Object.entries(numbers)) {
    spare.writeBigUInt64LE(BigInt(value), SEGMENT[name as keyof typeof numbers]);
  }
  // Loaded segments have to be in the order of their addresses.
  const others = segments.filter((segment) => segment !== spare);
  others.splice(others.indexOf(lastLoaded) + 1, 0, spare);
  const made = Buffer.concat([file, Buffer.alloc(offset - file.length), bytes]);
  others.forEach((segment, index) => {
    segment.copy(made, tableAt + index * size);
  });
  made.writeBigUInt64LE(BigInt(address), HEADER.entry);
  return made;
}
