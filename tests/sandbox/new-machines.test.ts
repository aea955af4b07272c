import { ptr } from "bun:ffi";
import { expect, test } from "bun:test";
import { closeSync, openSync, readSync } from "node:fs";
import { release } from "node:os";
import { loadEngineAssets } from "../../src/sandbox/quickjs/assets.ts";
import { PAGE, STACK_TOP } from "../../src/sandbox/quickjs/machine/image.ts";
import { Machine } from "../../src/sandbox/quickjs/machine/machine.ts";
import { createPresentMemory } from "../../src/sandbox/quickjs/machine/present-memory.ts";

const { module, image } = await loadEngineAssets();
const STACK = 256 * 1024;

test("a machine has nothing in its memory before it gets an image", () => {
  const { bytes } = new Machine(module);
  expect(Buffer.compare(bytes, new Uint8Array(bytes.length))).toBe(0);
});

test("the memory that the first guest will use is presented once, from a page's start, untouched", () => {
  const presented: Uint8Array[] = [];
  const machine = new Machine(module, undefined, (memory) => {
    expect(Buffer.compare(memory, new Uint8Array(memory.length))).toBe(0);
    presented.push(memory);
  });
  machine.reset(image, STACK);
  machine.reset(image, STACK);
  const [memory] = presented;
  expect(presented).toHaveLength(1);
  expect((memory?.byteOffset ?? 1) % 4096).toBe(0);
  expect(memory?.byteOffset).toBeLessThan(STACK_TOP);
  expect((memory?.byteOffset ?? 0) + (memory?.length ?? 0)).toBeGreaterThan(STACK_TOP + image.memory.length);
});

/** The call that presents memory is younger than some kernels that are in use. */
const presents = process.platform === "linux" && Number.parseFloat(release().replace(/\.(\d)\./, ".0$1.")) >= 5.14;

const SYSTEM_PAGE = 4096;

/** Returns how many pages of a memory the system has provided: bit 63 of each entry of proc_pid_pagemap(5). */
function presentPages(memory: Uint8Array): number {
  const entries = new BigUint64Array(memory.length / SYSTEM_PAGE);
  const file = openSync("/proc/self/pagemap", "r");
  readSync(file, entries, 0, entries.byteLength, (ptr(memory) / SYSTEM_PAGE) * entries.BYTES_PER_ELEMENT);
  closeSync(file);
  return entries.filter((entry) => entry >> 63n === 1n).length;
}

test.skipIf(!presents)("presented memory is there, and all zero", () => {
  const present = createPresentMemory();
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 128, maximum: 128 }).buffer);
  expect(presentPages(memory)).toBeLessThan(16);
  present?.(memory);
  expect(presentPages(memory)).toBe(memory.length / SYSTEM_PAGE);
  expect(Buffer.compare(memory, new Uint8Array(128 * PAGE))).toBe(0);
});
