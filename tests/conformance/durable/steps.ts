import { describe, expect, test } from "bun:test";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { silent } from "../request.ts";
import { MemorySession } from "./memory-session.ts";
import { errorIn, outputIn } from "./run-durably.ts";

/** `context.step`. */
export function stepScenarios(executor: () => Executor): void {
  describe("steps", () => {
    test("run their function once, with a key, and count the occurrences of a name", async () => {
      const session = new MemorySession();
      const code = `return [await context.step("a", ({ key }) => key), await context.step("a", async ({ key }) => key), await context.step("b", () => undefined) === undefined];`;
      expect(await outputIn(executor(), code, session)).toEqual(["run-1", "run-2", true]);
      expect(session.messages.map((message) => "request" in message && message.request)).toEqual([
        { kind: "step", name: "a", occurrence: 1 },
        { kind: "step", name: "a", occurrence: 2 },
        { kind: "step", name: "b", occurrence: 1 },
      ]);
    });

    test("resolve to what is recorded, which is JSON", async () => {
      const code = `const made = { when: new Date(5), gone: undefined }; const got = await context.step("s", () => made); return [got, got === made];`;
      expect(await outputIn(executor(), code)).toEqual([{ when: "1970-01-01T00:00:00.005Z" }, false]);
    });

    test.each([
      ["1n", /BigInt/],
      ["() => 1", /function/],
    ])("refuse the result %s", async (result, message) => {
      const error = await errorIn(executor(), `await context.step("s", () => (${result}));`);
      expect([error.code, error.guest?.name, error.message]).toEqual([
        ...["TASK_FAILED", "TypeError"],
        expect.stringMatching(message),
      ]);
    });

    test.each([
      ["a result", "return { toJSON() { return ask(); } };"],
      ["the data of an error", "throw { message: 'x', get data() { return ask(); } };"],
      ["the message of an error", "throw { get message() { return ask(); } };"],
    ])("refuse durable methods in %s, because the repeated run would not call them", async (_what, body) => {
      const session = new MemorySession();
      const code = `let refused; const ask = () => { context.call("t").catch((error) => { refused = error.message; }); return {}; };
        await context.step("s", () => { ${body} }).catch(() => {}); return refused;`;
      expect(await outputIn(executor(), code, session)).toContain("can't be used inside a step");
      expect(session.messages.map(({ type }) => type)).toEqual(["record"]);
    });

    test("record errors, whose stacks are those of the task", async () => {
      const session = new MemorySession();
      const code = `class QuotaError extends Error { name = "QuotaError"; code = "QUOTA"; data = { left: 0 }; }
        try { await context.step("s", async () => { await null; throw new QuotaError("none left"); }); }
        catch (error) { return [error.name, error.message, error.code, error.data, /main\\.js/.test(error.stack)]; }`;
      expect(await outputIn(executor(), code, session)).toEqual([
        "QuotaError",
        "none left",
        "QUOTA",
        { left: 0 },
        true,
      ]);
      expect(session.messages[0]).toMatchObject({
        type: "record",
        result: { ok: false, error: { name: "QuotaError", message: "none left", code: "QUOTA", data: { left: 0 } } },
      });
    });

    test("keep the class and status of typed errors", async () => {
      const code = `const of = (make) => context.step("s", () => { throw make(); }).catch((error) => error);
        const all = [await of(() => new HttpError(404, "x")), await of(() => new RateLimitError("x")), await of(() => "text"), await of(() => new TypeError("x"))];
        return all.map((error) => [error.constructor.name, error.name, error.message, error.status ?? null]);`;
      expect(await outputIn(executor(), code)).toEqual([
        ["HttpError", "HttpError", "x", 404],
        ["RateLimitError", "RateLimitError", "x", 429],
        ["Error", "Error", "text", null],
        ["TypeError", "TypeError", "x", null],
      ]);
    });

    test("are not repeated unless they say so, and then with the same key", async () => {
      const session = new MemorySession();
      const code = `const keys = []; let fails = 2;
        const run = ({ key }) => { keys.push(key); if (fails-- > 0) throw new Error("not yet"); return "done"; };
        const once = await context.step("once", () => { throw new Error("no"); }).catch((error) => error.message);
        return [once, await context.step("more", run, { retry: { delay: "2s", factor: 3 } }), keys];`;
      expect(await outputIn(executor(), code, session)).toEqual(["no", "done", ["run-2", "run-2", "run-2"]]);
      expect(session.asked).toEqual(["1 record", "2 postpone", "2 postpone", "2 record"]);
      expect(session.messages.map((message) => message.type === "postpone" && message.delayMs)).toEqual([
        false,
        2000,
        6000,
        false,
      ]);
    });

    test.each([
      ["new ValidationError('x')", {}, 1],
      ["new HttpError(404, 'x')", {}, 1],
      ["new HttpError(503, 'x')", {}, 3],
      ["new NetworkError('x')", {}, 3],
      ["new TypeError('x')", {}, 3],
      ["new ValidationError('x')", { also: ["ValidationError"] }, 3],
      ["new TypeError('x')", { never: ["TypeError"] }, 1],
    ])("decide about another attempt after %s with %j as jobs do", async (thrown, policy, runs) => {
      const retry = JSON.stringify({ maxRetries: 2, ...policy });
      const code = `let runs = 0; await context.step("s", () => { runs++; throw ${thrown}; }, { retry: ${retry} }).catch(() => {}); return runs;`;
      expect(await outputIn(executor(), code)).toBe(runs);
    });

    test("end at their time limit, whatever their function does then", async () => {
      const code = `let late = 0;
        const ends = await context.step("s", async () => { await new Promise((resolve) => setTimeout(resolve, 30)); late++; return 1; }, { timeout: 5 })
          .catch((error) => [error.name, error.message]);
        await new Promise((resolve) => setTimeout(resolve, 60));
        return [ends, late];`;
      expect(await outputIn(executor(), code)).toEqual([["TimeoutError", 'step "s" has not ended within 5ms'], 1]);
    });

    test.each([
      "sleep(1)",
      "call('t')",
      "step('t', () => 1)",
      "waitFor('x')",
      "emit('e')",
      "output.write(1)",
      "approve({ title: 't' })",
      "map([], 't')",
      "sleepUntil(5)",
      "continueAsNew()",
    ])("refuse context.%s in their function", async (call) => {
      const code = `return context.step("outer", () => context.${call}).catch((error) => error.message);`;
      expect(await outputIn(executor(), code)).toMatch(/the function of step "outer" calls context\..*before or after/);
    });

    test.each([
      ["at once", "null"],
      ["after a fetch", "await (await fetch('http://a.test/')).text()"],
      ["in a helper", "await null; await (() => context.sleep(1))()"],
    ])("refuse durable methods in an asynchronous function %s", async (_what, first) => {
      const session = new MemorySession();
      const code = `return context.step("outer", async () => {
        ${first};
        await null;
        await context.sleep(1);
      }).catch((error) => error.message);`;
      expect(await outputIn(executor(), code, session)).toMatch(/the function of step "outer" calls context\.sleep/);
      expect(session.asked).toEqual(["1 record"]);
    });

    test("let other code use durable methods while their functions wait, also in the same line", async () => {
      const code = `const fetched = () => fetch("http://a.test/"); const all = await Promise.all([context.step("a", async () => { await fetched(); await null; }), (async () => { await null; await context.sleep(1); await fetched(); return context.call("t"); })()]); return all.length;`;
      expect(await outputIn(executor(), code)).toBe(2);
    });

    test("may run beside other things", async () => {
      const session = new MemorySession();
      const code = `const [a, b, c] = await Promise.all([
          context.step("a", async () => { await new Promise((resolve) => setTimeout(resolve, 5)); return "a"; }),
          context.sleep(1).then(() => "b"), context.step("c", () => "c")]); return a + b + c;`;
      expect(await outputIn(executor(), code, session)).toBe("abc");
      expect(session.asked).toEqual(["2 sleep", "3 record", "1 record"]);
    });

    test("are part of the time limit while their function works", async () => {
      const code = "await context.step('s', () => fetch('http://nowhere.test/').then((r) => r.text()));";
      const error = await errorIn(executor(), code, undefined, { http: silent, limits: { timeMs: 100 } });
      expect(error.code).toBe("TIME_LIMIT");
    });
  });
}
