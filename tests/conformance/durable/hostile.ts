import { describe, expect, test } from "bun:test";
import { DURABLE_LIMITS } from "../../../src/domain/durable.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { outputOf } from "../request.ts";
import { MemorySession, resolved } from "./memory-session.ts";
import { errorIn, outputIn } from "./run-durably.ts";

/** Tasks that ask for too much, hosts that answer what nobody asked, and tasks that change what the guest API works with. */
export function hostileScenarios(executor: () => Executor): void {
  describe("durable methods under attack", () => {
    test.each([
      ["operations without end that nothing awaits", "for (;;) context.emit('e');"],
      ["steps of one name without end", "for (;;) await context.step('s', () => 1);"],
      ["large requests without end", "for (;;) context.call('t', 'x'.repeat(5_000_000)).catch(() => {});"],
      ["large requests, one after the other", "for (;;) await context.call('t', 'x'.repeat(5_000_000));"],
      ["large results of steps", "for (;;) await context.step('s', () => 'x'.repeat(5_000_000));"],
      ["maps without end", "const items = new Array(10_000).fill('x'.repeat(100)); for (;;) context.map(items, 't');"],
      ["items that nobody receives", "for (;;) context.output.write('x'.repeat(100_000));"],
      ["results without end", "const all = []; for (;;) all.push(await context.waitFor('large'));"],
    ])(
      "end with a limit: %s",
      async (_what, body) => {
        const session = new MemorySession(undefined, {
          answer: ({ kind }) => resolved(kind === "wait" ? "x".repeat(3_000_000) : null),
          receives: () => undefined,
        });
        const error = await errorIn(executor(), body, session, { limits: { timeMs: 60_000 } });
        expect(["RUN_LIMIT", "MEMORY_LIMIT"]).toContain(error.code);
        expect(error.guest).toBeUndefined();
        expect(session.messages.length).toBeLessThanOrEqual(DURABLE_LIMITS.operations);
        expect(await outputOf(executor(), "() => 'next'")).toBe("next");
      },
      120_000,
    );

    test("end with the limit if no memory is left to say that the task has ended, while something is open", async () => {
      const body = `globalThis.held = []; context.waitFor("never").catch(() => {});
        for (let full = 0; full < 100; ) { try { held.push([full]); } catch { full += 1; } }
        throw new Error("nobody hears of this");`;
      const error = await errorIn(executor(), body, new MemorySession(undefined, { answer: () => "later" }));
      expect(error.code).toBe("MEMORY_LIMIT");
    });

    test("count the result of a step once", async () => {
      const body =
        "for (let i = 0; i < 45; i++) await context.step('s', () => 'x'.repeat(1024 * 1024)); return 'within the limit';";
      expect(await outputIn(executor(), body, new MemorySession(), { limits: { timeMs: 60_000 } })).toBe(
        "within the limit",
      );
    }, 120_000);

    test("ignore what is answered to operations that do not exist, or have ended", async () => {
      const session = new MemorySession(undefined, { answer: () => "later" });
      const output = outputIn(
        executor(),
        "const seen = []; seen.push(await context.call('a')); seen.push(await context.call('b')); return seen;",
        session,
      );
      await session.until(1);
      for (const number of [0, -1, 2, 99, 1.5, Number.NaN, 2 ** 53]) {
        session.send({ type: "settled", number, result: resolved("wrong") });
        session.send({ type: "again", number });
      }
      session.send({ type: "again", number: 1 });
      session.send({ type: "room", next: 10 ** 9 });
      session.settle(1, resolved("first"));
      session.settle(1, resolved("once more"));
      await session.until(2);
      session.settle(1, resolved("and again"));
      session.settle(2, resolved("second"));
      expect(await output).toEqual(["first", "second"]);
    });

    test.each([
      ["JSON", "JSON.stringify = () => '{}'; JSON.parse = () => ({ number: 5 });"],
      ["promises", "Promise.prototype.then = () => { throw 1; };"],
      ["objects", "Object.prototype.kind = 'emit'; Object.prototype.toJSON = undefined; Object.prototype.number = 7;"],
      ["clocks", "Date.now = () => -1; globalThis.Date = class {};"],
    ])("work for a task that changes %s", async (_what, changes) => {
      const session = new MemorySession(undefined, { answer: ({ kind }) => resolved(kind) });
      const body = `${changes} return [await context.call("t", { a: 1 }), await context.step("s", () => 5), await context.sleep(5) === undefined];`;
      const outcome = await outputIn(executor(), body, session).catch((error: Error) => error.message);
      if (typeof outcome !== "string") expect(outcome).toEqual(["call", 5, true]);
      const [first] = session.messages;
      expect(first?.type === "open" && first.request).toMatchObject({ kind: "call", task: "t" });
    });

    test.each([
      "Map.prototype.get = null;",
      "Map.prototype.set = () => { throw 1; };",
      "Array.prototype[Symbol.iterator] = null;",
      "Function.prototype.call = null;",
    ])("fail in a task that has broken them, and nowhere else: %s", async (changes) => {
      await outputIn(
        executor(),
        `${changes} return [await context.call("t"), await context.step("s", () => 1)];`,
      ).catch(() => {});
      expect(await outputIn(executor(), "return [await context.call('t'), await context.step('s', () => 1)];")).toEqual(
        [null, 1],
      );
    });

    test("refuse names that are too long, and deeply nested schemas do no harm", async () => {
      const body = `let schema = {}; for (let i = 0; i < 2000; i++) schema = { a: schema };
        return [await context.call("x".repeat(1001)).catch((error) => error.name), await context.waitFor("w", { schema }).catch((error) => error.name)];`;
      const [name, waited] = (await outputIn(executor(), body)) as [string, unknown];
      expect([name, waited === null || typeof waited === "string"]).toEqual(["RangeError", true]);
    });
  });
}
