import zlib from "node:zlib";
import type { RequiredMemory } from "./host-memory.ts";

/** Formats of https://compression.spec.whatwg.org/#supported-formats, in both directions. A guest asks for one by its place. */
const CODECS = [
  { make: () => zlib.createGzip(), bytes: 300 * 1024 },
  { make: () => zlib.createDeflate(), bytes: 300 * 1024 },
  { make: () => zlib.createDeflateRaw(), bytes: 300 * 1024 },
  { make: () => zlib.createGunzip(), bytes: 64 * 1024 },
  { make: () => zlib.createInflate(), bytes: 64 * 1024 },
  { make: () => zlib.createInflateRaw(), bytes: 64 * 1024 },
] as const;
/** The most output of one step, bytes. It bounds the time of a step as well. */
const MAX_OUTPUT = 64 * 1024;
/** How many bytes precede the output of a step. */
const HEAD = 5;

/** What the runtime's streams of node:zlib do their work with: one step at a time, without waiting. */
interface Binding {
  onerror: (message: string, number: number, code: string) => void;
  writeSync(
    ...values: [flush: number, ...input: [Uint8Array, number, number], ...output: [Uint8Array, number, number]]
  ): void;
  close(): void;
}

interface Codec {
  binding: Binding;
  /** After a step: how much room is left in the output, and how much of the input is left. */
  state: Uint32Array;
  /** Memory that is counted for it. */
  bytes: number;
}

/** The compressions and decompressions of one execution. Each proceeds in steps that the guest asks for. */
export class GuestCompression {
  readonly #codecs = new Map<number, Codec>();
  #last = 0;

  constructor(private readonly memory: RequiredMemory) {}

  /** Begins one. @returns its number; 0 if there is no such format. @throws {Stop} MEMORY_LIMIT */
  open(format: number): number {
    const kind = CODECS[format];
    if (kind === undefined) return 0;
    this.memory.require(kind.bytes);
    const stream = kind.make() as unknown as { _handle: Binding; _writeState: Uint32Array };
    this.#last += 1;
    this.#codecs.set(this.#last, { binding: stream._handle, state: stream._writeState, bytes: kind.bytes });
    return this.#last;
  }

  /**
   * Takes one step.
   * @param finish this is the last input
   * @returns how many bytes of the input are left (4 bytes, little-endian), 1 if there is more output, and the output; or
   * what is wrong with the input
   */
  step(index: number, input: Uint8Array, finish: boolean): Uint8Array | string {
    const codec = this.#codecs.get(index);
    if (codec === undefined) return "the stream was closed";
    const { binding, state } = codec;
    const result = new Uint8Array(HEAD + MAX_OUTPUT);
    let problem: string | undefined;
    binding.onerror = (message) => {
      problem = message;
    };
    const flush = finish ? zlib.constants.Z_FINISH : zlib.constants.Z_NO_FLUSH;
    binding.writeSync(flush, input, 0, input.length, result, HEAD, MAX_OUTPUT);
    if (problem !== undefined) return problem;
    const [room = 0, left = 0] = state;
    new DataView(result.buffer).setUint32(0, left, true);
    result[4] = room === 0 ? 1 : 0;
    return result.subarray(0, HEAD + MAX_OUTPUT - room);
  }

  /** How many were begun, if none is open. */
  rest(): number | undefined {
    return this.#codecs.size === 0 ? this.#last : undefined;
  }

  /** Goes on after a sleep. @param begun how many were begun before */
  wake(begun: number): void {
    this.#last = begun;
  }

  /** Ends one. */
  close(index: number): void {
    const codec = this.#codecs.get(index);
    if (codec === undefined) return;
    this.#codecs.delete(index);
    codec.binding.close();
    this.memory.release(codec.bytes);
  }

  /** Ends all of them. */
  closeAll(): void {
    for (const index of [...this.#codecs.keys()]) this.close(index);
  }
}
