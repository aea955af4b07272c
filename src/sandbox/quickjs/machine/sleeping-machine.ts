import { type MachineImage, PAGE } from "./image.ts";
import type { ImageDifference } from "./image-difference.ts";

/** Memory is compared in blocks of this many bytes: small ones make small images, and are compared in no more time. */
const BLOCK = 256;
const BLOCK_WORDS = BLOCK / 4;
/** How hard it is compressed: more takes longer than a guest should take to go to sleep. */
const LEVEL = 3;
const HEAD_BYTES = 8;

/** A machine at rest, with what its host has to know, as bytes. */
export interface SleepingMachine {
  /** JSON. */
  facts: string;
  difference: ImageDifference;
}

/**
 * Writes down in what a machine's memory differs from an image: which blocks do, and how, as the exclusive or, which has few bytes that
 * are not 0.
 * @param facts JSON of what the host has to know
 * @param level how hard it is compressed
 */
export function encodeMachine(base: MachineImage, memory: Uint8Array, facts: string, level = LEVEL): Uint8Array {
  const head = new TextEncoder().encode(facts);
  const blocks = memory.length / BLOCK;
  const changed = new Uint8Array(Math.ceil(blocks / 8));
  const before = wordsOf(base.memory);
  const now = wordsOf(memory);
  const content = new Int32Array(now.length);
  let end = 0;
  for (let block = 0; block < blocks; block++) {
    const first = block * BLOCK_WORDS;
    let difference = 0;
    for (let i = 0; i < BLOCK_WORDS; i++) {
      const word = (now[first + i] as number) ^ (before[first + i] ?? 0);
      content[end + i] = word;
      difference |= word;
    }
    if (difference === 0) continue;
    changed[block >> 3] = (changed[block >> 3] ?? 0) | (1 << (block & 7));
    end += BLOCK_WORDS;
  }
  const payload = new Uint8Array(HEAD_BYTES + head.length + changed.length + end * 4);
  const view = new DataView(payload.buffer);
  view.setUint32(0, memory.length, true);
  view.setUint32(4, head.length, true);
  payload.set(head, HEAD_BYTES);
  payload.set(changed, HEAD_BYTES + head.length);
  payload.set(new Uint8Array(content.buffer, 0, end * 4), HEAD_BYTES + head.length + changed.length);
  return Bun.zstdCompressSync(payload, { level });
}

/** Reads what {@link encodeMachine} wrote. @throws {Error} if it is something else */
export function decodeMachine(base: MachineImage, bytes: Uint8Array): SleepingMachine {
  const payload = Bun.zstdDecompressSync(bytes as Uint8Array<ArrayBuffer>);
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const length = view.getUint32(0, true);
  const headEnd = HEAD_BYTES + view.getUint32(4, true);
  const changedEnd = headEnd + Math.ceil(length / BLOCK / 8);
  if (length % PAGE !== 0 || length < base.memory.length || changedEnd > payload.length)
    throw new Error("it has no end");
  const changed = payload.subarray(headEnd, changedEnd);
  const content = payload.subarray(changedEnd);
  if (countBits(changed) * BLOCK !== content.length) throw new Error("blocks are missing");
  return {
    facts: new TextDecoder().decode(payload.subarray(HEAD_BYTES, headEnd)),
    difference: { length, apply: (memory) => applyBlocks(memory, changed, content) },
  };
}

function applyBlocks(memory: Uint8Array, changed: Uint8Array, content: Uint8Array): void {
  const target = new Int32Array(memory.buffer, memory.byteOffset, memory.length / 4);
  const words = wordsOf(content);
  let at = 0;
  for (let block = 0; block < memory.length / BLOCK; block++) {
    if (((changed[block >> 3] ?? 0) & (1 << (block & 7))) === 0) continue;
    const first = block * BLOCK_WORDS;
    for (let i = 0; i < BLOCK_WORDS; i++) target[first + i] = (target[first + i] as number) ^ (words[at + i] as number);
    at += BLOCK_WORDS;
  }
}

function countBits(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) for (let bits = byte; bits !== 0; bits &= bits - 1) count += 1;
  return count;
}

/** The same bytes as words. They are copied if they don't lie where words can. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const { buffer, byteOffset, length } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(buffer, byteOffset, length / 4);
}
