import { describe, expect, test } from "bun:test";
import { MAX_RESCUES } from "../../../src/domain/job.ts";
import { decideRescue } from "../../../src/store/policy/rescue.ts";
import { groupOf, settledAt, suspectGroup } from "../../../src/store/policy/suspects.ts";

describe("suspects", () => {
  test("are jobs that have lost their process twice", () => {
    expect([0, 1].map(groupOf)).toEqual([undefined, undefined]);
    expect([2, 3, 4, 5, 100].map(groupOf)).toEqual([2, 3, 4, 4, 4]);
  });

  test("run in smaller groups the more often they were rescued, and finally alone", () => {
    expect([2, 3, 4].map((rescues) => suspectGroup(rescues).limit)).toEqual([32, 8, 1]);
  });

  test("each belong to exactly one group", () => {
    for (let rescues = 2; rescues < 20; rescues++) {
      const own = suspectGroup(groupOf(rescues) ?? 0).rescues;
      const groups = [2, 3, 4].map((group) => suspectGroup(group).rescues);
      expect(groups.filter(({ from, to }) => rescues >= from && rescues <= to)).toEqual([own]);
    }
  });

  test("wait until the youngest process has been running for a while", () => {
    expect([2, 3, 4].map((rescues) => settledAt(suspectGroup(rescues), 5_000))).toEqual([6_000, 8_000, 15_000]);
    expect(settledAt(suspectGroup(2), null)).toBe(1_000);
  });
});

test("a job is rescued up to the limit, then fails with an error that says why", () => {
  for (let rescues = 0; rescues < MAX_RESCUES; rescues++) expect(decideRescue(rescues)).toEqual({ kind: "requeue" });
  expect(decideRescue(MAX_RESCUES)).toEqual({
    kind: "fail",
    error: {
      code: "WORKER_LOST",
      message: "The process that ran it was lost 6 times; the task may be the cause.",
    },
  });
});
