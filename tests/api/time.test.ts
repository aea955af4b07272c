import { expect, test } from "bun:test";
import { parseTime } from "../../src/lib/time-text.ts";

test.each([
  ["2026-11-30T12:00:00Z", Date.UTC(2026, 10, 30, 12)],
  ["2028-02-29T00:30:00+01:00", Date.UTC(2028, 1, 28, 23, 30)],
  ["2026-12-31T23:59:59.999-0530", Date.UTC(2027, 0, 1, 5, 29, 59, 999)],
  ["1790000000000", 1_790_000_000_000],
  [0, 0],
])("%p is a time", (value, expected) => {
  expect(parseTime(value)).toBe(expected);
});

test.each([
  "2026-11-31T00:00:00Z",
  "2026-02-29T00:00:00Z",
  "2026-13-01T00:00:00Z",
  "2026-00-10T00:00:00Z",
  "2026-01-00T00:00:00Z",
  "2026-01-01T25:00:00Z",
  "2026-01-01T00:61:00Z",
  "2026-01-01T00:00:00",
  "2026-01-01",
  "tomorrow",
  "",
  "1960-01-01T00:00:00Z",
  -1,
  1.5,
  Number.NaN,
  8_640_000_000_000_001,
])("%p is no time", (value) => {
  expect(parseTime(value)).toBeUndefined();
});
