import { describe, expect, test } from "bun:test";
import type { DurableRequest } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { failureOf, outputOf } from "../request.ts";
import { MemorySession, rejected, resolved } from "./memory-session.ts";
import { outputIn } from "./run-durably.ts";

/** What each method asks for, and what it makes of the answer. */
export function methodScenarios(executor: () => Executor): void {
  async function requestsOf(body: string): Promise<DurableRequest[]> {
    const session = new MemorySession();
    await outputIn(executor(), body, session);
    return session.messages.flatMap((message) => (message.type === "open" ? [message.request] : []));
  }

  describe("durable methods", () => {
    test("sleep until a time that follows from the clock of the run", async () => {
      const code = "const at = Date.now(); await context.sleep('1h'); await context.sleep(5); return at;";
      const session = new MemorySession();
      const at = Number(await outputIn(executor(), code, session));
      const [first, second] = session.messages.map((message) => message.type === "open" && message.request);
      expect(first).toEqual({ kind: "sleep", until: expect.any(Number) });
      expect((first as { until: number }).until - at).toBeGreaterThanOrEqual(3_600_000);
      expect(second).toMatchObject({ kind: "sleep" });
    });

    test("never wake before the time, whatever the clock of the machine says", async () => {
      const code = "const at = Date.now(); await context.sleep('7d'); return Date.now() - at;";
      expect(Number(await outputIn(executor(), code))).toBeGreaterThanOrEqual(7 * 86_400_000);
    });

    test("resolve to undefined after sleeps and emits, and take times in every form", async () => {
      const code = `return [await context.sleep(0) === undefined, await context.emit("e") === undefined,
        await context.sleepUntil(new Date(5)), await context.sleepUntil("2031-01-02T03:04:05+01:00"), await context.sleepUntil(7)].length;`;
      const requests = await requestsOf(code);
      expect(requests.slice(2)).toEqual([
        { kind: "sleep", until: 5 },
        { kind: "sleep", until: Date.parse("2031-01-02T02:04:05Z") },
        { kind: "sleep", until: 7 },
      ]);
      expect(requests[1]).toEqual({ kind: "emit", name: "e", value: "null" });
    });

    test("call with every option", async () => {
      const code = `await context.call("resize", { a: [1] }, { version: "1.0.0", key: "k", timeout: "5s", detached: true,
        retry: { maxRetries: 2, delay: "1s", factor: 3, maxDelay: 5000, jitter: 0, also: ["E"], never: ["N"] }, label: "step", undoes: 1 });
        await context.call("plain");`;
      expect(await requestsOf(code)).toEqual([
        {
          ...{ kind: "call", task: "resize", input: '{"a":[1]}', version: "1.0.0", key: "k", timeoutMs: 5000 },
          ...{ detached: true, label: "step", undoes: 1 },
          retry: { maxRetries: 2, delayMs: 1000, factor: 3, maxDelayMs: 5000, jitter: 0, also: ["E"], never: ["N"] },
        },
        { kind: "call", task: "plain", input: "null" },
      ]);
    });

    test("map, wait and approve with every option", async () => {
      const code = `await context.map(new Set([1, { a: 2 }]), "t", { concurrency: 3, onError: "continue" });
        await context.map([], "t");
        await context.waitFor("paid", { schema: { type: "object" }, timeout: "3d" });
        await context.approve({ title: "Buy?", schema: true, who: ["operator"], timeout: 5, onTimeout: "fail" });
        await context.approve({ title: "Plain?" });`;
      expect(await requestsOf(code)).toEqual([
        { kind: "map", task: "t", inputs: ["1", '{"a":2}'], concurrency: 3, onError: "continue" },
        { kind: "map", task: "t", inputs: [], concurrency: 16, onError: "fail" },
        { kind: "wait", name: "paid", schema: { type: "object" }, timeoutMs: 3 * 86_400_000 },
        { kind: "approve", title: "Buy?", schema: true, who: ["operator"], timeoutMs: 5, onTimeout: "fail" },
        { kind: "approve", title: "Plain?", onTimeout: "reject" },
      ]);
    });

    test("resolve to what the host says, and work without the context", async () => {
      const session = new MemorySession(undefined, { answer: ({ kind }) => resolved({ kind }) });
      const code = "const { call, waitFor } = context; return [await call('a'), (await waitFor('b')).kind];";
      expect(await outputIn(executor(), code, session)).toEqual([{ kind: "call" }, "wait"]);
    });

    test.each<[string, object, JsonValue]>([
      ["TimeoutError", {}, ["TimeoutError", "no", null, null, true]],
      ["ValidationError", { status: 422 }, ["ValidationError", "no", null, 422, true]],
      ["HttpError", { status: 404 }, ["HttpError", "no", null, 404, true]],
      ["RangeError", {}, ["RangeError", "no", null, null, true]],
      ["CancelledError", {}, ["CancelledError", "no", "CANCELLED", null, true]],
      ["Error", { code: "TASK_NOT_FOUND" }, ["Error", "no", "TASK_NOT_FOUND", null, true]],
      ["MyOwn", { code: "MINE", data: { a: 1 } }, ["MyOwn", "no", "MINE", null, true]],
      ["__proto__", {}, ["__proto__", "no", null, null, true]],
    ])("reject with %s", async (name, more, expected) => {
      const session = new MemorySession(undefined, { answer: () => rejected(name, "no", more) });
      const code = `try { await context.call("t"); } catch (error) { const known = globalThis[error.name];
        return [error.name, error.message, error.code ?? null, error.status ?? null,
          error instanceof Error && (error.name === "MyOwn" || error.name === "__proto__" || error instanceof known)]; }`;
      expect(await outputIn(executor(), code, session)).toEqual(expected);
    });

    test("tell which child has failed, and its data", async () => {
      const call = { task: "t", version: "1.0.0", jobId: "1", executionId: "2" };
      const session = new MemorySession(undefined, { answer: () => rejected("E", "no", { data: { a: 1 }, call }) });
      const code = "try { await context.call('t'); } catch ({ data, call }) { return { data, call }; }";
      expect(await outputIn(executor(), code, session)).toEqual({ data: { a: 1 }, call });
    });

    test.each([
      ["sleep()", "RangeError", /the duration of context\.sleep is undefined/],
      ["sleep(-1)", "RangeError", /is -1/],
      ["sleep('1 fortnight')", "RangeError", /"1 fortnight"/],
      ["sleep(NaN)", "RangeError", /NaN/],
      ["sleep('11000d')", "RangeError", /ten years/],
      ["sleepUntil('2031-01-01')", "RangeError", /with a zone/],
      ["sleepUntil('2031-01-01T10:00')", "RangeError", /with a zone/],
      ["sleepUntil(new Date(NaN))", "RangeError", /must be a Date/],
      ["sleepUntil(new Date(NaN))", "RangeError", /is an invalid date/],
      ["sleepUntil({})", "RangeError", /is an object; it must be a Date/],
      ["sleep([5])", "RangeError", /is a list/],
      ["sleep(new Date(5))", "RangeError", /is a date/],
      ["call()", "TypeError", /the task of context\.call/],
      ["call('t', 1n)", "TypeError", /the input of context\.call is not JSON/],
      ["call('t', () => 1)", "TypeError", /a function/],
      ["call('t', 1, 5)", "TypeError", /options/],
      ["call('t', 1, { tiemout: 5 })", "TypeError", /context\.call has no option "tiemout"; there are .*timeout/],
      ["call('t', 1, { retry: { max: 5 } })", "TypeError", /retry has no option "max"; there are maxRetries/],
      ["map([1], 't', { concurency: 5 })", "TypeError", /no option "concurency"/],
      [
        "step('s', () => 1, { retries: 5 })",
        "TypeError",
        /context\.step has no option "retries"; there are retry, timeout/,
      ],
      ["waitFor('a', { timeOut: 5 })", "TypeError", /no option "timeOut"/],
      ["approve({ title: 't', onTimeOut: 'fail' })", "TypeError", /no option "onTimeOut"/],
      ["sleep(1, { until: 5 })", "TypeError", /context\.sleep has no option "until"/],
      ["call('t', 1, { retry: { maxRetries: -1 } })", "RangeError", /retry\.maxRetries is -1; .* from 0 to 1000/],
      ["call('t', 1, { timeout: 'x' })", "RangeError", /timeout/],
      ["call('t', 1, { signal: {} })", "TypeError", /AbortSignal/],
      ["map(5, 't')", "TypeError", /must be a list/],
      ["map('t', [1])", "TypeError", /the task of context\.map must be a text, not a list/],
      ["map([1], 't', { concurrency: 0 })", "RangeError", /concurrency is 0/],
      ["map([1], 't', { onError: 'x' })", "RangeError", /onError/],
      ["map(new Array(10001).fill(1), 't')", "RangeError", /10000 items/],
      ["step('s')", "TypeError", /must be a function/],
      ["step('', () => 1)", "RangeError", /1 to 1000 characters/],
      ["waitFor(5)", "TypeError", /the name of context\.waitFor/],
      ["waitFor('a', { schema: 5 })", "TypeError", /JSON Schema/],
      ["approve()", "TypeError", /title/],
      ["approve({ title: 't', onTimeout: 'x' })", "RangeError", /onTimeout/],
      ["approve({ title: 't', who: 'me' })", "TypeError", /list of texts/],
      ["emit('e', 'x'.repeat(1024 * 1024))", "RangeError", /1 MB/],
      ["output.write(1n)", "TypeError", /not JSON/],
    ])("reject context.%s", async (call, name, message) => {
      const session = new MemorySession();
      const code = `try { await context.${call}; } catch (error) { return [error.name, error.message]; }`;
      const [thrown, text] = (await outputIn(executor(), code, session)) as [string, string];
      expect([thrown, text]).toEqual([name, expect.stringMatching(message)]);
      expect(session.messages).toEqual([]);
    });

    test("reject, and say so, where nothing could carry them out", async () => {
      const code =
        "async (input, { call, step, output }) => [await call('t').catch(String), await step('s', () => 1).catch(String), await output.write(1).catch(String)]";
      for (const text of (await outputOf(executor(), code)) as string[])
        expect(text).toMatch(/nothing here that could carry/);
      expect((await failureOf(executor(), "(input, { sleep }) => sleep(1)")).code).toBe("TASK_FAILED");
    });

    test("are numbered in the order of the calls, and settle in the order of the host", async () => {
      const session = new MemorySession(undefined, {
        answer: async ({ kind }, number) => {
          if (number === 1) await session.until(3);
          return resolved(`${number} ${kind}`);
        },
      });
      const code = `const seen = []; const all = ["a", "b", "c"].map((name) => context.call(name).then((value) => seen.push(value)));
        await Promise.all(all); return [seen, await Promise.race([context.call("d"), new Promise(() => {})])];`;
      expect(await outputIn(executor(), code, session)).toEqual([["2 call", "3 call", "1 call"], "4 call"]);
    });

    test("work with race, any, allSettled, loops, try and finally", async () => {
      const session = new MemorySession(undefined, {
        answer: (request) => {
          if (request.kind === "wait") return "later";
          return "task" in request && request.task === "bad" ? rejected("DataError", "bad") : resolved(1);
        },
      });
      const code = `const seen = [];
        seen.push(await Promise.race([context.waitFor("never"), context.call("good")]));
        seen.push(await Promise.any([context.call("bad"), context.call("good")]));
        seen.push((await Promise.allSettled([context.call("bad"), context.call("good")])).map((each) => each.status));
        for (let i = 0; i < 3; i++) { try { await context.call(i === 1 ? "bad" : "good"); seen.push(i); } catch (error) { seen.push(error.name); } finally { seen.push("f"); } }
        for await (const value of [context.call("good"), 2]) seen.push(value);
        return seen;`;
      expect(await outputIn(executor(), code, session)).toEqual([
        ...[1, 1, ["rejected", "fulfilled"]],
        ...[0, "f", "DataError", "f", 2, "f", 1, 2],
      ]);
    });

    test("tell the number of an operation to whoever wants it", async () => {
      const code = `const seen = []; const numbered = (number) => seen.push(number);
        await context.sleep(1); await Promise.all([context.call("t", 1, { numbered }), context.step("s", () => 1, { numbered })]); return seen;`;
      expect(await outputIn(executor(), code)).toEqual([2, 3]);
    });

    test("withdraw what an aborted signal belongs to, all at once", async () => {
      const session = new MemorySession(undefined, { answer: () => "later" });
      const code = `const controller = new AbortController(); const { signal } = controller;
        const all = [context.call("a", 1, { signal }), context.waitFor("b", { signal }), context.sleep("1d")];
        controller.abort();
        const ends = await Promise.allSettled(all.slice(0, 2));
        const late = await context.call("c", 1, { signal }).catch((error) => error.name);
        return [ends.map(({ reason }) => [reason.name, reason.code]), late];`;
      const cancelled = ["CancelledError", "CANCELLED"];
      expect(await outputIn(executor(), code, session)).toEqual([[cancelled, cancelled], "CancelledError"]);
      expect(session.messages.at(-1)).toEqual({ type: "withdraw", numbers: [1, 2] });
    });

    test("end the run and begin it again", async () => {
      const session = new MemorySession();
      const code = "await context.sleep(1); return context.continueAsNew({ page: 2 });";
      expect(await outputIn(executor(), code, session)).toBe(null);
      expect([session.renewed, session.asked]).toEqual(['{"page":2}', ["1 sleep", "renew"]]);
    });
  });

  describe("the stream of a run", () => {
    test("gets items in their order", async () => {
      const session = new MemorySession();
      await outputIn(executor(), "for (let i = 0; i < 3; i++) await context.output.write({ i });", session);
      expect(session.items).toEqual(['{"i":0}', '{"i":1}', '{"i":2}']);
    });

    test("lets a writer wait while 1 MB waits for the reader", async () => {
      const session = new MemorySession(undefined, { receives: () => undefined });
      const code = "for (let i = 0; i < 4; i++) await context.output.write('x'.repeat(500 * 1024)); return 'written';";
      const written = outputIn(executor(), code, session);
      await session.untilItem(2);
      expect(session.items).toHaveLength(3);
      session.send({ type: "room", next: 1 });
      await session.untilItem(3);
      session.send({ type: "room", next: 4 });
      expect(await written).toBe("written");
    });

    test("does not get an item again that it has", async () => {
      const session = new MemorySession({ runKey: "run", items: 2 });
      await outputIn(executor(), "for (let i = 0; i < 3; i++) await context.output.write(i);", session);
      expect(session.messages).toEqual([{ type: "write", item: 2, json: "2" }]);
    });
  });
}
