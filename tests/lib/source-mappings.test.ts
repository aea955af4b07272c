import { describe, expect, test } from "bun:test";
import { LEAST_UPPER_BOUND, originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import fc from "fast-check";
import { readMappings } from "../../src/lib/source-mappings.ts";
import { expectGrowth } from "../support/growth.ts";

/** The mappings of a source map; lines of `[column, source, line, column]`. */
function write(lines: readonly (readonly (readonly [number, number, number, number])[])[]): string {
  let [source, line, column] = [0, 0, 0];
  const segments = lines.map((segments) => {
    let generated = 0;
    return segments.map((segment) => {
      const fields = [segment[0] - generated, segment[1] - source, segment[2] - line, segment[3] - column];
      [generated, source, line, column] = segment;
      return fields.map(vlq).join("");
    });
  });
  return segments.map((line) => line.join(",")).join(";");
}

function vlq(value: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let rest = value < 0 ? -value * 2 + 1 : value * 2;
  let text = "";
  do {
    const digit = rest % 32;
    rest = Math.floor(rest / 32);
    text += alphabet[rest > 0 ? digit + 32 : digit];
  } while (rest > 0);
  return text;
}

const segment = fc.tuple(fc.nat(300), fc.nat(2), fc.nat(100_000), fc.nat(300));
const line = fc
  .uniqueArray(segment, { maxLength: 8, selector: ([column]) => column })
  .map((segments) => segments.toSorted(([a], [b]) => a - b));

describe("readMappings", () => {
  test("finds what the usual reader finds", () => {
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 40 }), fc.nat(39), fc.nat(310), (lines, at, column) => {
        fc.pre((lines[at]?.length ?? 0) > 0);
        const mappings = write(lines);
        const map = new TraceMap({ version: 3, sources: ["0", "1", "2"], names: [], mappings });
        const lower = originalPositionFor(map, { line: at + 1, column });
        const found =
          lower.source === null ? originalPositionFor(map, { line: at + 1, column, bias: LEAST_UPPER_BOUND }) : lower;
        if (found.source === null) throw new Error("there is a segment on this line");
        expect(readMappings(mappings)(at, column)).toEqual({
          source: Number(found.source),
          line: found.line - 1,
          column: found.column,
        });
      }),
    );
  });

  test("uses the nearest position before a line without one, and has none outside the text", () => {
    const find = readMappings(`;${write([[[4, 0, 7, 2]], [], [[0, 0, 9, 0]]])}`);
    expect(find(0, 0)).toBeUndefined();
    expect(find(1, 0)).toEqual({ source: 0, line: 7, column: 2 });
    expect(find(2, 5)).toEqual({ source: 0, line: 7, column: 2 });
    expect(find(3, 5)).toEqual({ source: 0, line: 9, column: 0 });
    expect(find(4, 0)).toBeUndefined();
  });

  test("reads a long map once, and little of it for each position", () => {
    const mapOf = (lines: number) => {
      const mappings = Array.from({ length: lines }, (_, i) => [
        [0, 0, i * 2, 0] as const,
        [9, 0, i * 2 + 1, 3] as const,
      ]);
      const find = readMappings(write(mappings));
      find(0, 0);
      return (line: number) => find(Math.floor(line * lines), 10)?.line;
    };
    // Where a map is eight times as long, a place takes no longer to find.
    const lookUp = (find: ReturnType<typeof mapOf>) => {
      for (let i = 0; i < 1_000; i++) find(i / 1_000);
    };
    expectGrowth(mapOf, lookUp, 40_000, 4);
    expect(mapOf(40_000)(0.5)).toBe(2 * 20_000 + 1);
  });

  test("never fails, whatever its input", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(), fc.nat(), (text, at, column) => {
        readMappings(text)(at, column);
      }),
    );
  });
});
