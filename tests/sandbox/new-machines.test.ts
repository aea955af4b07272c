import { expect, test } from "bun:test";
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

test.skipIf(!presents)("presented memory is there, and all zero", () => {
  const present = createPresentMemory();
  const memory = new Uint8Array(new WebAssembly.Memory({ initial: 128, maximum: 128 }).buffer);
  const before = process.memoryUsage.rss();
  present?.(memory);
  expect(process.memoryUsage.rss() - before).toBeGreaterThan(0.9 * 128 * PAGE);
  expect(Buffer.compare(memory, new Uint8Array(128 * PAGE))).toBe(0);
});
