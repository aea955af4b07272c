import { expect, test } from "bun:test";
import { readPieces } from "../../src/api/http/body.ts";
import { systemClock } from "../../src/lib/clock.ts";

const LIMITS = { maxBytes: 1024 * 1024, timeoutMs: 10_000, clock: systemClock };

function bodyOf(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Request("http://localhost/", { method: "POST", body, headers });
}

function lease() {
  const taken: number[] = [];
  return { taken, take: (bytes: number) => void taken.push(bytes), release: () => undefined };
}

const random = (size: number) => crypto.getRandomValues(new Uint8Array(size));

test("a body stays in the pieces in which it arrived, with small ones joined", async () => {
  const chunks = [random(3), random(40_000), ...Array.from({ length: 20_000 }, () => random(10)), random(65_536)];
  const memory = lease();
  const pieces = (await readPieces(bodyOf(chunks), LIMITS, memory)) ?? [];
  expect(pieces.length).toBeLessThan(10);
  expect(Buffer.concat(pieces).equals(Buffer.concat(chunks))).toBe(true);
  expect(memory.taken.reduce((sum, bytes) => sum + bytes, 0)).toBe(305_539);
});

test("a body whose size is announced takes its memory before it arrives", async () => {
  for (const size of [10, 100_000]) {
    const chunk = random(size);
    const memory = lease();
    const pieces = await readPieces(bodyOf([chunk], { "content-length": String(size) }), LIMITS, memory);
    expect(Buffer.concat(pieces ?? []).equals(chunk)).toBe(true);
    expect(memory.taken).toEqual([size]);
  }
});

test("a body that is larger than the limit is rejected, whatever it announces", async () => {
  const chunks = Array.from({ length: 20 }, () => random(65_536));
  for (const headers of [{}, { "content-length": "100000" }]) {
    await expect(readPieces(bodyOf(chunks, headers), LIMITS, lease())).rejects.toMatchObject({ status: 413 });
  }
});
