import { expect, test } from "bun:test";
import fc from "fast-check";
import { BodyBuffer } from "../../src/http/body-buffer.ts";

const MB = 1024 * 1024;

async function joined(buffer: BodyBuffer, pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  for (const piece of pieces) buffer.add(piece);
  return buffer.end();
}

test("pieces of all sizes are joined", async () => {
  // Sizes around that of a block, and pieces that are small parts of large buffers.
  const size = fc.oneof(fc.nat(40), fc.integer({ min: 65_000, max: 70_000 }));
  const piece = fc.tuple(size, fc.nat(255), fc.boolean()).map(([length, value, isPart]) => {
    const buffer = new Uint8Array(isPart ? length + 100_000 : length).fill(value);
    return buffer.subarray(0, length);
  });
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (all) => {
      const body = await joined(new BodyBuffer(), all);
      expect(Buffer.compare(body, Buffer.concat(all))).toBe(0);
    }),
    { numRuns: 50 },
  );
});

test("a large body is joined in turns", async () => {
  const pieces = Array.from({ length: 40 }, (_, i) => new Uint8Array(MB / 2).fill(i));
  let turns = 0;
  let isOver = false;
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const body = await joined(new BodyBuffer(), pieces);
  isOver = true;
  expect(body.length).toBe(20 * MB);
  expect(pieces.every((piece, i) => Bun.deepEquals(body.subarray((i * MB) / 2, ((i + 1) * MB) / 2), piece))).toBe(true);
  expect(turns).toBeGreaterThan(10);
});

test("a body has no larger buffer than it needs", async () => {
  const body = await joined(new BodyBuffer(), [new Uint8Array(100)]);
  expect([body.length, body.buffer.byteLength]).toEqual([100, 100]);
});
