import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLineSplitter } from "../../src/cli/commands/run-once/line-splitter.ts";

/** Feeds a text in chunks that share one buffer, as the reader does, and overwrites it after each. */
function split(text: string, chunkSizes: readonly number[], maxBytes = 1_000): [number, string | undefined][] {
  const all = Buffer.from(text);
  const splitter = createLineSplitter(maxBytes);
  const lines: [number, string | undefined][] = [];
  const drain = () => {
    for (let line = splitter.next(); line !== undefined; line = splitter.next()) {
      lines.push([line.number, line.bytes === undefined ? undefined : Buffer.from(line.bytes).toString()]);
    }
  };
  const shared = Buffer.alloc(Math.max(1, ...chunkSizes));
  for (let at = 0, turn = 0; at < all.length; turn++) {
    const size = Math.min(chunkSizes[turn % chunkSizes.length] ?? 1, all.length - at);
    all.copy(shared, 0, at, at + size);
    splitter.push(shared.subarray(0, size));
    drain();
    shared.fill("X");
    at += size;
  }
  splitter.end();
  drain();
  return lines;
}

describe("createLineSplitter", () => {
  test.each([
    [
      "a\nb\n",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "a\nb",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    ["", []],
    ["\n\n", []],
    [
      "a\n\n  \t\nb",
      [
        [1, "a"],
        [4, "b"],
      ],
    ],
    [
      "a\r\nb\r\n\r\n",
      [
        [1, "a\r"],
        [2, "b\r"],
      ],
    ],
    ["\na", [[2, "a"]]],
  ])("splits %j", (text, expected) => {
    for (const size of [1, 2, 100]) expect(split(text, [size])).toEqual(expected as [number, string][]);
  });

  test("drops a line that is too long, and continues after it", () => {
    const text = `ok\n${"x".repeat(25)}\nnext\n${"y".repeat(10)}\n${"z".repeat(11)}`;
    for (const size of [1, 3, 7, 100]) {
      expect(split(text, [size], 10)).toEqual([
        [1, "ok"],
        [2, undefined],
        [3, "next"],
        [4, "y".repeat(10)],
        [5, undefined],
      ]);
    }
  });

  test("gives the same lines however the bytes are cut", () => {
    const piece = fc.constantFrom("a", "bc", "\n", "\n", "\r\n", " ", "ä", "🙂", "long line");
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (parts, sizes) => {
          const text = parts.join("");
          const expected = text
            .split("\n")
            .map((line, index): [number, string] => [index + 1, line])
            .filter(([, line]) => line.trim() !== "");
          expect(split(text, sizes)).toEqual(expected);
        },
      ),
      { numRuns: 500 },
    );
  });
});
