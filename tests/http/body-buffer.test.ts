import { expect, test } from "bun:test";
import fc from "fast-check";
import { BodyBuffer } from "../../src/http/body-buffer.ts";

const MB = 1024 * 1024;

async function joined(buffer: BodyBuffer, pieces: readonly Uint8Array[]): Promise<Uint8Array> {
  for (const piece of pieces) await buffer.add(piece);
  return buffer.end();
}

test("pieces of all sizes are joined, whatever size was announced", async () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });
  const expected = fc.option(fc.nat(400), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(pieces, expected, async (all, announced) => {
      const together = Buffer.concat(all);
      expect(Buffer.from(await joined(new BodyBuffer(400, announced), all))).toEqual(together);
    }),
  );
});

test("a large body grows beyond each size", async () => {
  const pieces = Array.from({ length: 40 }, (_, i) => new Uint8Array(MB / 2).fill(i));
  const body = await joined(new BodyBuffer(64 * MB), pieces);
  expect(body.length).toBe(20 * MB);
  expect(pieces.every((piece, i) => Bun.deepEquals(body.subarray((i * MB) / 2, ((i + 1) * MB) / 2), piece))).toBe(true);
});

test("a small body does not keep a large buffer", async () => {
  const body = await joined(new BodyBuffer(64 * MB, 10 * MB), [new Uint8Array(100)]);
  expect([body.length, body.buffer.byteLength]).toEqual([100, 100]);
});
