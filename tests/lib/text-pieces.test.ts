import { expect, test } from "bun:test";
import fc from "fast-check";
import { piecesOf } from "../../src/lib/text-pieces.ts";

const pieces = (text: string, longest: number) => [...piecesOf(text, longest)].map((piece) => piece.text);

test.each<[string, number, string[]]>([
  ["", 4, [""]],
  ["abcd", 4, ["abcd"]],
  ["abcde", 4, ["abcd", "e"]],
  ["a\nb\nc", 4, ["a\nb", "c"]],
  ["abcd\nef", 4, ["abcd", "ef"]],
  ["abc\u{1f600}", 4, ["abc", "\u{1f600}"]],
  ["\nabcd", 4, ["\nabc", "d"]],
])("%j has pieces of at most %d characters", (text, longest, expected) => {
  expect(pieces(text, longest)).toEqual(expected);
});

test("nothing but line feeds between pieces is left out, and no character is split", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "é", "\n", "\u{1f600}"), maxLength: 60 });
  fc.assert(
    fc.property(text, fc.integer({ min: 2, max: 9 }), (text, longest) => {
      const all = pieces(text, longest);
      const rejoined = [...piecesOf(text, longest)].map((piece) => piece.text + (piece.separator ?? "")).join("");
      expect(rejoined).toBe(text);
      let at = 0;
      for (const [i, piece] of all.entries()) {
        if (i > 0 && text[at] === "\n") at += 1;
        expect(text.startsWith(piece, at)).toBe(true);
        expect(piece.length).toBeLessThanOrEqual(longest);
        expect(piece.isWellFormed()).toBe(true);
        at += piece.length;
      }
      expect(at).toBe(text.length);
    }),
  );
});
