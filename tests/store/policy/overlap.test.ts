import { describe, expect, test } from "bun:test";
import { OVERLAP_POLICIES, type OverlapPolicy } from "../../../src/domain/schedule.ts";
import { decideOverlap, MOST_BUFFERED, type OverlapDecision } from "../../../src/store/policy/overlap.ts";

const ENQUEUE: OverlapDecision = { kind: "enqueue", cancelOthers: false };
const SKIP: OverlapDecision = { kind: "skip", reason: "an earlier job was unfinished" };

describe("overlap", () => {
  test.each(OVERLAP_POLICIES.map((policy) => [policy]))(
    "%s enqueues while nothing is unfinished or buffered",
    (policy) => {
      expect(decideOverlap(policy, { unfinished: false, buffered: 0 })).toEqual(ENQUEUE);
    },
  );

  test.each<[OverlapPolicy, buffered: number, expected: OverlapDecision]>([
    ["skip", 0, SKIP],
    ["buffer_one", 0, { kind: "buffer" }],
    ["buffer_one", 1, SKIP],
    ["buffer_all", 0, { kind: "buffer" }],
    ["buffer_all", MOST_BUFFERED - 1, { kind: "buffer" }],
    ["buffer_all", MOST_BUFFERED, { kind: "skip", reason: "too many firings were waiting" }],
    ["cancel_other", 0, { kind: "enqueue", cancelOthers: true }],
    ["allow_all", 0, ENQUEUE],
  ])("%s with an unfinished job and %d buffered firings", (policy, buffered, expected) => {
    expect(decideOverlap(policy, { unfinished: true, buffered })).toEqual(expected);
  });

  test("does not let a firing overtake those that are buffered", () => {
    for (const policy of ["buffer_one", "buffer_all"] as const) {
      expect(decideOverlap(policy, { unfinished: false, buffered: 1 })).not.toEqual(ENQUEUE);
    }
  });
});
