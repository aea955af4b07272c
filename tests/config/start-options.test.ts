import { expect, test } from "bun:test";
import { START_OPTIONS, withoutStartOptions } from "../../src/config/start-options.ts";

test("child processes get the user's variables, and none of ours", () => {
  expect(withoutStartOptions({ ...START_OPTIONS, HOME: "/home/a" })).toEqual({ HOME: "/home/a" });
  const own = { BUN_JSC_maxNumWasmFastMemories: "12" };
  expect(withoutStartOptions({ ...START_OPTIONS, ...own })).toEqual(own);
});
