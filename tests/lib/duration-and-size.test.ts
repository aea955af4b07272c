import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDuration } from "../../src/lib/duration.ts";
import { parseSize } from "../../src/lib/size.ts";

describe("parseDuration", () => {
  test.each([
    ["300ms", 300],
    ["5s", 5_000],
    ["2m", 120_000],
    ["1h", 3_600_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["1w 1d", 691_200_000],
    ["1.5s", 1_500],
    [" 5 s ", 5_000],
    ["0s", 0],
    ["1m30s", 90_000],
    ["1d 2h 3m 4s 5ms", 93_784_005],
    ["1h0.5s", 3_600_500],
  ])("reads %p", (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    "",
    "300",
    "ms",
    "-5s",
    "+5s",
    "5 minutes",
    "5S",
    "1e3ms",
    "0.4ms",
    "5s5s",
    "30s1m",
    "1m 30",
    "1m,30s",
    "Infinityms",
    "NaNs",
    "٣s",
  ])("refuses %p", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("refuses what ms cannot count exactly", () => {
    expect(parseDuration("999999999999999d")).toBeUndefined();
  });

  test("always returns a whole number of ms", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseDuration(text);
        return ms === undefined || (Number.isSafeInteger(ms) && ms >= 0);
      }),
    );
  });
});

describe("parseSize", () => {
  test.each([
    ["512kB", 524_288],
    ["64MB", 67_108_864],
    ["64mb", 67_108_864],
    ["64MiB", 67_108_864],
    ["1.5GB", 1_610_612_736],
    ["100B", 100],
    ["0B", 0],
    ["64M", 67_108_864],
    ["2g", 2_147_483_648],
    ["512k", 524_288],
  ])("reads %p", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each(["", "64", "MB", "-1MB", "64Mi", "1e3kB", "0.2B", "64 MB MB", "1TB"])("refuses %p", (text) => {
    expect(parseSize(text)).toBeUndefined();
  });

  test("reads back every whole number of every unit", () => {
    fc.assert(
      fc.property(fc.nat(8_000_000), fc.constantFrom("B", "kB", "MB", "GB"), (count, unit) => {
        const factor = { B: 1, kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 }[unit] ?? 0;
        expect(parseSize(`${count}${unit}`)).toBe(count * factor);
      }),
    );
  });
});
