import { describe, expect, test } from "bun:test";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { nextMillisecond } from "../../support/eventually.ts";
import { outputOf } from "../request.ts";

const ROUNDS = 20;

async function rounds(executor: Executor, code: string): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let i = 0; i < ROUNDS; i++) all.push(await outputOf(executor, code));
  return all;
}

/** Executions of one program know nothing of each other. */
export function pristineScenarios(executor: () => Executor): void {
  describe("pristine", () => {
    test("random numbers differ between executions, in the function and at the top level", async () => {
      expect(new Set(await rounds(executor(), "() => Math.random()")).size).toBe(ROUNDS);
      expect(new Set(await rounds(executor(), "const made = Math.random(); () => made")).size).toBe(ROUNDS);
      expect(new Set(await rounds(executor(), "() => crypto.randomUUID()")).size).toBe(ROUNDS);
    });

    test("a clock read at the top level is the execution's own", async () => {
      const code = "const at = Date.now(); () => at";
      const first = (await outputOf(executor(), code)) as number;
      await nextMillisecond();
      expect((await outputOf(executor(), code)) as number).toBeGreaterThan(first);
    });

    test("a clock that was read through a saved function is, too", async () => {
      const code = "const { now } = Date; const at = new Date(); class T { static at = now(); } () => [+at, T.at]";
      const [first] = (await outputOf(executor(), code)) as number[];
      await nextMillisecond();
      for (const at of (await outputOf(executor(), code)) as number[]) expect(at).toBeGreaterThan(first ?? 0);
    });

    test("changes to built-ins, globals or module state do not reach the next execution", async () => {
      const code = `
        const state = { runs: 0 };
        (input) => {
          state.runs += 1;
          const before = [state.runs, typeof globalThis.left, Array.prototype.left ?? null, Math.max(1, 2), [3, 1].sort(),
            JSON.stringify({ a: 1 }), String(Object.keys(globalThis)), typeof setTimeout, String(Symbol.for("left").left)];
          globalThis.left = 1;
          Array.prototype.left = 1;
          Math.max = () => 0;
          Array.prototype.sort = () => "sorted";
          JSON.stringify = ((original) => (value) => original(value === before ? before : "changed"))(JSON.stringify);
          delete globalThis.setTimeout;
          Object.freeze(Object.prototype);
          return before;
        }`;
      const expected = [1, "undefined", null, 2, [1, 3], '{"a":1}', "", "function", "undefined"];
      for (const output of await rounds(executor(), code)) expect(output).toEqual(expected);
    });

    test("the time of an execution starts at zero on its own monotonic clock", async () => {
      const begin = Date.now();
      const seen = await rounds(executor(), "() => performance.now()");
      const most = Date.now() - begin + 1;
      for (const at of seen) expect(at as number).toBeLessThan(most);
    });
  });
}
