/** Offset at which the engine's C stack ends and its data begins: the package's module is linked stack first. */
export const STACK_TOP = 1024 * 1024;

/** Bytes of a WebAssembly page. */
export const PAGE = 65_536;

/** Handles of the guest API's entry functions; their place in memory is the same in every machine made from an image. */
export interface EntryPoints {
  bind: number;
  start: number;
  deliver: number;
  unobserved: number;
  prepare: number;
  loaded: number;
  describe: number;
}

/**
 * A machine at rest: everything that makes it what it is. Copied over a live machine it makes that one pristine. The
 * stack is not part of it, since a machine at rest has none worth keeping.
 */
export interface MachineImage {
  /** Memory from {@link STACK_TOP} up, whole pages. */
  memory: Uint8Array;
  stackPointer: number;
  runtime: number;
  context: number;
  entries: EntryPoints;
  /** Where Math.random keeps its 64 bits of state. */
  randomState: number;
}

type ImageFacts = Omit<MachineImage, "memory">;

/** One file: length of the facts, the facts as JSON, the memory. */
export function encodeImage(image: MachineImage): Uint8Array {
  const { memory, ...facts } = image;
  const head = new TextEncoder().encode(JSON.stringify(facts));
  const file = new Uint8Array(4 + head.length + memory.length);
  new DataView(file.buffer).setUint32(0, head.length, true);
  file.set(head, 4);
  file.set(memory, 4 + head.length);
  return file;
}

/** Reads what {@link encodeImage} wrote. The memory stays where it is in the file's bytes: a copy costs 120 page faults. */
export function decodeImage(file: Uint8Array): MachineImage {
  const headLength = new DataView(file.buffer, file.byteOffset).getUint32(0, true);
  const start = 4 + headLength;
  const facts = JSON.parse(new TextDecoder().decode(file.subarray(4, start))) as ImageFacts;
  return { ...facts, memory: new Uint8Array(file.buffer, file.byteOffset + start, file.length - start) };
}
