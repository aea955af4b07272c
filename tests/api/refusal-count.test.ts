import { expect, test } from "bun:test";
import { createRefusalCount } from "../../src/api/http/refusal-count.ts";

function createCount() {
  const stored: { actor: string; address: string; outcome: string; count: number }[] = [];
  let end = () => {};
  const clock = {
    after: (_ms: number, run: () => void) => {
      end = run;
      return { cancel: () => {} };
    },
  };
  const refusals = createRefusalCount(
    ({ actor, address }, outcome, count) => void stored.push({ actor, address, outcome, count }),
    clock,
  );
  const refuse = (address: string, outcome = "UNAUTHENTICATED") =>
    refusals.add({ actor: "anonymous", action: "listJobs", target: "jobs", address }, outcome);
  return { stored, refuse, endPeriod: () => end() };
}

test("the first hundred refusals of a caller have their own entries, and the rest becomes one", () => {
  const { stored, refuse, endPeriod } = createCount();
  for (let at = 0; at < 250; at++) refuse("192.0.2.1");
  refuse("192.0.2.2");
  refuse("192.0.2.1", "FORBIDDEN");
  expect(stored).toHaveLength(102);
  endPeriod();
  expect(stored).toHaveLength(103);
  expect(stored.at(-1)).toEqual({ actor: "anonymous", address: "192.0.2.1", outcome: "UNAUTHENTICATED", count: 150 });
  for (let at = 0; at < 3; at++) refuse("192.0.2.1");
  endPeriod();
  expect(stored).toHaveLength(106);
});

test("a flood from many addresses is bounded, and none of it is forgotten", () => {
  const { stored, refuse, endPeriod } = createCount();
  for (let at = 0; at < 20_000; at++) refuse(`10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`);
  expect(stored).toHaveLength(3_000);
  endPeriod();
  expect(stored.length).toBeLessThan(3_010);
  expect(stored.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
});
