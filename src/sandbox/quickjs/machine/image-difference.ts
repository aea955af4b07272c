import { type MachineImage, PAGE } from "./image.ts";

/** Memory is compared in blocks of this many bytes. */
const BLOCK = 4096;
/** Changes when the bytes of a difference have another layout. */
const FORMAT = 1;
/** Format, digest of the base image, size of the memory, number of runs. */
const HEAD_BYTES = 4 + 8 + 4 + 4;
/** First block of a run of blocks, and their number. */
const RUN_BYTES = 8;

/**
 * In what a machine's memory differs from the base image that it was reset to: a machine at rest in a form that is small
 * enough to keep. It can be restored in every process that has the same base image.
 */
export interface ImageDifference {
  /** Size of the machine's memory from where images start, in bytes: whole pages, and at least those of the base image. */
  readonly length: number;
  /** Makes a memory that has the base image, and zeros after it, what the machine's memory was. */
  apply(memory: Uint8Array): void;
}

/** Differences from one base image as bytes. */
export class ImageDifferences {
  readonly #base: MachineImage;
  #baseDigest: bigint | undefined;

  constructor(base: MachineImage) {
    this.#base = base;
  }

  /**
   * Finds the difference.
   * @param memory of the machine, from where images start
   */
  encode(memory: Uint8Array): Uint8Array {
    const runs = changedRuns(this.#base.memory, memory);
    const blocks = runs.reduce((sum, { count }) => sum + count, 0);
    const bytes = new Uint8Array(HEAD_BYTES + runs.length * RUN_BYTES + blocks * BLOCK);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, FORMAT, true);
    view.setBigUint64(4, this.#digest(), true);
    view.setUint32(12, memory.length, true);
    view.setUint32(16, runs.length, true);
    let content = HEAD_BYTES + runs.length * RUN_BYTES;
    for (const [index, { first, count }] of runs.entries()) {
      view.setUint32(HEAD_BYTES + index * RUN_BYTES, first, true);
      view.setUint32(HEAD_BYTES + index * RUN_BYTES + 4, count, true);
      bytes.set(memory.subarray(first * BLOCK, (first + count) * BLOCK), content);
      content += count * BLOCK;
    }
    return bytes;
  }

  /**
   * Reads what {@link encode} wrote. The content stays in `bytes`.
   * @returns undefined if it is something else, or the difference from another base image
   */
  decode(bytes: Uint8Array): ImageDifference | undefined {
    if (bytes.length < HEAD_BYTES) return undefined;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const length = view.getUint32(12, true);
    const start = HEAD_BYTES + view.getUint32(16, true) * RUN_BYTES;
    const isOurs = view.getUint32(0, true) === FORMAT && view.getBigUint64(4, true) === this.#digest();
    if (!isOurs || length % PAGE !== 0 || length < this.#base.memory.length || start > bytes.length) return undefined;
    const runs = readRuns(view, start);
    const blocks = runs.reduce((sum, { count }) => sum + count, 0);
    const fits = runs.every(({ first, count }) => (first + count) * BLOCK <= length);
    if (!fits || start + blocks * BLOCK !== bytes.length) return undefined;
    return { length, apply: (memory) => applyRuns(runs, bytes.subarray(start), memory) };
  }

  /** Identifies the base image. */
  #digest(): bigint {
    const { memory, ...facts } = this.#base;
    this.#baseDigest ??= Bun.hash.xxHash3(memory, Bun.hash.xxHash3(JSON.stringify(facts)));
    return this.#baseDigest;
  }
}

interface Run {
  first: number;
  count: number;
}

function changedRuns(base: Uint8Array, memory: Uint8Array): Run[] {
  const runs: Run[] = [];
  const zeros = new Uint8Array(BLOCK);
  let last: Run | undefined;
  for (let at = 0; at < memory.length; at += BLOCK) {
    const before = at < base.length ? base.subarray(at, at + BLOCK) : zeros;
    if (Buffer.compare(before, memory.subarray(at, at + BLOCK)) === 0) {
      last = undefined;
    } else if (last === undefined) {
      last = { first: at / BLOCK, count: 1 };
      runs.push(last);
    } else {
      last.count += 1;
    }
  }
  return runs;
}

function readRuns(view: DataView, end: number): Run[] {
  const runs: Run[] = [];
  for (let at = HEAD_BYTES; at < end; at += RUN_BYTES) {
    runs.push({ first: view.getUint32(at, true), count: view.getUint32(at + 4, true) });
  }
  return runs;
}

function applyRuns(runs: readonly Run[], content: Uint8Array, memory: Uint8Array): void {
  let start = 0;
  for (const { first, count } of runs) {
    const end = start + count * BLOCK;
    memory.set(content.subarray(start, end), first * BLOCK);
    start = end;
  }
}
