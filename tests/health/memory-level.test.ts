import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseMemoryMark } from "../../src/config/memory-mark.ts";
import { claimShare, MEMORY_LEVELS, type MemoryLevel, nextMemoryLevel } from "../../src/service/health/memory-level.ts";

const HIGH = 1_000;
const levels = fc.constantFrom(...MEMORY_LEVELS);
const at = (level: MemoryLevel) => MEMORY_LEVELS.indexOf(level);

describe("the level of memory", () => {
  test("rises by one step at a time above the mark, up to refusing work", () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: HIGH, max: 10 * HIGH }), (level, used) => {
        expect(at(nextMemoryLevel(level, used, HIGH))).toBe(Math.min(at(level) + 1, MEMORY_LEVELS.length - 1));
      }),
    );
  });

  test("falls by one step at a time clearly below the mark", () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: 0, max: HIGH * 0.9 - 1 }), (level, used) => {
        expect(at(nextMemoryLevel(level, used, HIGH))).toBe(Math.max(at(level) - 1, 0));
      }),
    );
  });

  test("stays just below the mark, so that it does not go back and forth", () => {
    fc.assert(
      fc.property(levels, fc.integer({ min: HIGH * 0.9, max: HIGH - 1 }), (level, used) => {
        expect(nextMemoryLevel(level, used, HIGH)).toBe(level);
      }),
    );
  });

  test("claims fewer jobs the higher it is", () => {
    const shares = MEMORY_LEVELS.map(claimShare);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect([shares[0], shares.at(-1)]).toEqual([1, 0]);
  });
});

describe("memory.high", () => {
  test.each<[string, ReturnType<typeof parseMemoryMark>]>([
    ["80%", { share: 0.8 }],
    ["12.5 %", { share: 0.125 }],
    ["100%", { share: 1 }],
    ["1.5GB", { bytes: 1.5 * 1024 ** 3 }],
    ["512M", { bytes: 512 * 1024 ** 2 }],
    ["off", null],
    ["0%", undefined],
    ["101%", undefined],
    ["0B", undefined],
    ["80", undefined],
    ["-5%", undefined],
    ["much", undefined],
  ])("%s", (text, mark) => {
    expect(parseMemoryMark(text)).toEqual(mark as never);
  });
});
