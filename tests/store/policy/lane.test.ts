import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { formatLane, KEY_LANES, type Lane, lanesOf, parseLane, versionLanes } from "../../../src/store/policy/lane.ts";

const id = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("", ":", "all", "task:1", "a:b:c", "\n"));
const lanes: fc.Arbitrary<Lane> = fc.oneof(
  fc.record({ kind: fc.constantFrom("all", "any-key") }),
  fc.record({ kind: fc.constantFrom("task", "pause"), taskId: id }),
  fc.record({ kind: fc.constant("key"), key: text }),
  fc.record({ kind: fc.constant("missing"), taskId: id, version: fc.option(text) }),
  fc.record({ kind: fc.constant("suspect"), rescues: fc.nat() }),
);

describe("the text of a lane", () => {
  test("parses to the lane that it was formatted from", () => {
    fc.assert(fc.property(lanes, (lane) => expect(parseLane(formatLane(lane))).toEqual(lane)));
  });

  test("identifies one lane only", () => {
    fc.assert(fc.property(lanes, lanes, (a, b) => expect(formatLane(a) === formatLane(b)).toBe(Bun.deepEquals(a, b))));
  });

  test("is in the range of key lanes if the lane is that of a key, and only then", () => {
    fc.assert(
      fc.property(lanes, (lane) => {
        const text = formatLane(lane);
        expect(text >= KEY_LANES.from && text < KEY_LANES.to).toBe(lane.kind === "key");
      }),
    );
  });

  test("is in the range of a task's versions if the lane waits for one of them, and only then", () => {
    fc.assert(
      fc.property(lanes, id, (lane, taskId) => {
        const text = formatLane(lane);
        const task = lane.kind === "missing" ? lane.taskId : taskId;
        const { from, to } = versionLanes(task);
        expect(text >= from && text < to).toBe(lane.kind === "missing" && lane.version !== null);
        const other = versionLanes(task + 1);
        expect(text >= other.from && text < other.to).toBe(false);
      }),
    );
  });

  // Databases have these texts.
  test.each([
    ["all", { kind: "all" }],
    ["any-key", { kind: "any-key" }],
    ["task:7", { kind: "task", taskId: 7 }],
    ["key:a:b", { kind: "key", key: "a:b" }],
    ["pause:7", { kind: "pause", taskId: 7 }],
    ["missing:7", { kind: "missing", taskId: 7, version: null }],
    ["missing:7:1.0.0", { kind: "missing", taskId: 7, version: "1.0.0" }],
    ["suspect:2", { kind: "suspect", rescues: 2 }],
  ] satisfies [string, Lane][])("stays %s", (text, lane) => {
    expect(formatLane(lane)).toBe(text);
    expect(parseLane(text)).toEqual(lane);
  });

  test.each(["", "task", "task:", "task:x", "task:1:2", "suspect:-1", "pause:1.5", "lane:1", "missing:", ":1"])(
    "is not %p",
    (text) => {
      expect(() => parseLane(text)).toThrow("There is no lane");
    },
  );
});

test("a job goes through the lane of its task, then of its key, then of suspects", () => {
  expect(lanesOf({ task_id: 7, concurrency_key: null, rescues: 0 })).toEqual([{ kind: "task", taskId: 7 }]);
  expect(lanesOf({ task_id: 7, concurrency_key: "k", rescues: 2 })).toEqual([
    { kind: "task", taskId: 7 },
    { kind: "key", key: "k" },
    { kind: "suspect", rescues: 2 },
  ]);
  const group = (rescues: number) => lanesOf({ task_id: 7, concurrency_key: null, rescues })[1];
  expect([1, 2, 3, 4, 5, 100].map(group)).toEqual([
    undefined,
    ...[2, 3, 4, 4, 4].map((rescues) => ({ kind: "suspect" as const, rescues })),
  ]);
});
