/**
 * Machine code that a Linux executable runs before anything else. Then it jumps to where the executable would have
 * started.
 *
 * - The runtime ends the process with its own words when the current folder was deleted, before any code of ours runs.
 *   So when getcwd(2) fails with ENOENT, the code changes to /proc/self/fd, or else to /. No other folder looks like
 *   /proc/PID/fd, and no file can be made there, so the command line knows what happened: see src/cli/framework/current-folder.ts.
 * - The runtime reads its options from the environment, once, and no later than its own first instructions. So the code
 *   calls setenv(3) of the C library, which leaves alone what the user set.
 *
 * Decisions: docs/adr/0004-command-line.md, docs/adr/0002-sandbox-engine.md.
 */
import { closeSync, openSync } from "node:fs";
import { ElfFile } from "./elf-file.ts";

/** A step of the code. Addresses are relative to the instruction in the code that is made. */
type Step =
  /** Instructions as hex digits. */
  | string
  /** Loads the address of a text into the register of an argument, counted from 0. */
  | { argument: number; text: string }
  /** Calls the function that the pointer at an address leads to. */
  | { callThrough: number }
  /** Jumps to an address. */
  | { jump: number };

/** How one processor does it. */
interface Processor {
  /** ELF's number. */
  machine: number;
  /** Saves all registers that the start of a program may look at. */
  save: string;
  restore: string;
  /** Reads the current folder into the stack; skips `bytes` bytes of code unless that failed with ENOENT. */
  skipUnlessFolderGone(bytes: number): string;
  /** Changes to the folder whose path is the first argument. */
  changeFolder: string;
  /** Skips `bytes` bytes of code when the last system call worked. */
  skipIfDone(bytes: number): string;
  /** The third argument of setenv: leave a variable alone that exists. */
  keepExisting: string;
  encode(step: Exclude<Step, string>, at: number, textAt: (text: string) => number): Buffer;
}

const X86_64: Processor = {
  machine: 62,
  // push rax, rcx, rdx, rsi, rdi, r11; sub rsp, 4096 (the stack stays at a multiple of 16 for calls)
  save: "5051525657 4153 4881ec00100000",
  // add rsp, 4096; pop them all
  restore: "4881c400100000 415b 5f5e5a5958",
  skipUnlessFolderGone: (bytes) => `b84f000000 4889e7 be00100000 0f05 83f8fe 75${byte(bytes)}`,
  changeFolder: "b850000000 0f05",
  skipIfDone: (bytes) => `85c0 74${byte(bytes)}`,
  keepExisting: "31d2", // xor edx, edx
  encode(step, at, textAt) {
    if ("argument" in step) {
      const lea = ["488d3d", "488d35"][step.argument] ?? ""; // lea rdi or rsi, [rip + ...]
      return relative(lea, textAt(step.text) - at);
    }
    // call [rip + ...]; jmp ...
    return "callThrough" in step ? relative("ff15", step.callThrough - at) : relative("e9", step.jump - at);
  },
};

const AARCH64: Processor = {
  machine: 183,
  // store x0 to x8, x30; sub sp, sp, 4096
  save: "e007bba9 e20f01a9 e41702a9 e61f03a9 e87b04a9 ff0740d1",
  // add sp, sp, 4096; load them all
  restore: "ff074091 e20f41a9 e41742a9 e61f43a9 e87b44a9 e007c5a8",
  skipUnlessFolderGone: (bytes) =>
    `280280d2 e0030091 010082d2 010000d4 1f080031 ${word(0x54000001 | (((bytes + 4) / 4) << 5))}`,
  changeFolder: "280680d2 010000d4",
  skipIfDone: (bytes) => word(0x34000000 | (((bytes + 4) / 4) << 5)),
  keepExisting: "02008052", // mov w2, 0
  encode(step, at, textAt) {
    if ("argument" in step) {
      const distance = textAt(step.text) - at; // adr x0 or x1, ...
      return Buffer.from(word(0x10000000 | immediate(distance) | step.argument), "hex");
    }
    if ("callThrough" in step) {
      const pages = Math.floor(step.callThrough / 4096) - Math.floor(at / 4096);
      const inPage = step.callThrough % 4096;
      // As in a linker's own stub, since the loader may look at x16 to find the function at the first call:
      // adrp x16, ...; ldr x17, [x16, ...]; add x16, x16, ...; blr x17
      const load = word(0xf9400211 | ((inPage / 8) << 10));
      const add = word(0x91000210 | (inPage << 10));
      return Buffer.from(`${word(0x90000010 | immediate(pages))}${load}${add}20023fd6`, "hex");
    }
    const distance = step.jump - at;
    if (Math.abs(distance) >= 2 ** 27) throw new Error("the start code is too far from the start of the executable");
    return Buffer.from(word(0x14000000 | ((distance >> 2) & 0x03ffffff)), "hex");
  },
};

/**
 * Adds the start code to an executable.
 * @param path a 64-bit little-endian ELF executable that calls setenv
 * @param options environment variables to set unless they are set
 * @throws {Error} when it is not one, or is made for another processor
 */
export function addStartCode(path: string, options: Readonly<Record<string, string>>): void {
  const file = openSync(path, "r+");
  try {
    addTo(new ElfFile(file), options);
  } finally {
    closeSync(file);
  }
}

function addTo(elf: ElfFile, options: Readonly<Record<string, string>>): void {
  const processor = [X86_64, AARCH64].find(({ machine }) => machine === elf.machine);
  if (processor === undefined) throw new Error("an ELF file for a processor that has no start code");
  const setenv = elf.callSlot("setenv");
  const texts = ["/proc/self/fd", "/", ...Object.entries(options).flat()];
  elf.addCode((address) => {
    let data = "";
    const places = new Map<string, number>();
    for (const text of texts) {
      places.set(text, address + data.length);
      data += `${text}\0`;
    }
    const start = Math.ceil(data.length / 16) * 16;
    const steps = [
      processor.save,
      ...leaveDeletedFolder(processor),
      ...Object.entries(options).flatMap(([name, value]): Step[] => [
        { argument: 0, text: name },
        { argument: 1, text: value },
        processor.keepExisting,
        { callThrough: setenv },
      ]),
      processor.restore,
      { jump: elf.entry },
    ];
    const code = encode(processor, steps, address + start, (text) => places.get(text) ?? Number.NaN);
    return { bytes: Buffer.concat([Buffer.from(data.padEnd(start, "\0"), "latin1"), code]), start };
  });
}

function leaveDeletedFolder(processor: Processor): Step[] {
  const { changeFolder, skipIfDone, skipUnlessFolderGone } = processor;
  const length = (steps: readonly Step[]) => encode(processor, steps, 0, () => 0).length;
  const toRoot: Step[] = [{ argument: 0, text: "/" }, changeFolder];
  const away: Step[] = [{ argument: 0, text: "/proc/self/fd" }, changeFolder, skipIfDone(length(toRoot)), ...toRoot];
  return [skipUnlessFolderGone(length(away)), ...away];
}

function encode(
  processor: Processor,
  steps: readonly Step[],
  address: number,
  textAt: (text: string) => number,
): Buffer {
  let code = Buffer.alloc(0);
  for (const step of steps) {
    const bytes =
      typeof step === "string"
        ? Buffer.from(step.replaceAll(" ", ""), "hex")
        : processor.encode(step, address + code.length, textAt);
    code = Buffer.concat([code, bytes]);
  }
  return code;
}

/** An x86-64 instruction that ends with the distance from its own end to what is `distance` from its start. */
function relative(opcode: string, distance: number): Buffer {
  const bytes = Buffer.from(`${opcode}00000000`, "hex");
  bytes.writeInt32LE(distance - bytes.length, bytes.length - 4);
  return bytes;
}

/** The 21 bits of an AArch64 address instruction. */
const immediate = (value: number) => ((value & 3) << 29) | (((value >> 2) & 0x7ffff) << 5);

const byte = (value: number) => value.toString(16).padStart(2, "0");

/** An AArch64 instruction as hex digits. */
function word(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes.toString("hex");
}
