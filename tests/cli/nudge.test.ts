import { expect, test } from "bun:test";
import { createNudge } from "../../src/cli/commands/test/nudge.ts";

function nudged() {
  const state = { isWaiting: true, isQuiet: true, jumps: 0 };
  const nudge = createNudge({
    isWaiting: () => state.isWaiting,
    isQuiet: () => state.isQuiet,
    jump: () => state.jumps++,
  });
  return { state, nudge };
}

test("time jumps for a guest that keeps waiting, once for two looks", () => {
  const { state, nudge } = nudged();
  const jumps = Array.from({ length: 6 }, () => {
    nudge();
    return state.jumps;
  });
  expect(jumps).toEqual([0, 1, 1, 2, 2, 3]);
});

test("time stands still while what a guest has asked for is under way, however long that takes", () => {
  const { state, nudge } = nudged();
  state.isQuiet = false;
  for (let i = 0; i < 10; i++) nudge();
  expect(state.jumps).toBe(0);
  state.isQuiet = true;
  nudge();
  state.isWaiting = false;
  nudge();
  state.isWaiting = true;
  nudge();
  expect(state.jumps).toBe(0);
  nudge();
  expect(state.jumps).toBe(1);
});
