import { describe, expect, test } from "bun:test";
import type { HttpSend } from "../../../src/domain/http.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { jsonResponse, requestFor } from "../request.ts";
import { MemorySession, rejected, resolved } from "./memory-session.ts";
import { outputIn, programOf } from "./run-durably.ts";
import { inTurns, runAsleep, type SleepOptions } from "./sleeping-runs.ts";

const SEED = "5f".repeat(32);
/** Guests that sleep at every wait. */
export function sleepingScenarios(executor: () => Executor): void {
  /** Runs a program with sleeps, and without. */
  async function both(body: string, options: SleepOptions = {}) {
    const given = { host: inTurns, start: { seed: SEED }, ...options };
    const slept = await runAsleep([executor()], body, given);
    const session = new MemorySession({ runKey: "run", seed: SEED }, given.host);
    return { ...slept, awake: await outputIn(executor(), body, session, options.given) };
  }

  /** Goes to sleep once, and tells what it waits for. */
  async function firstSleep(body: string, start: object = {}, http?: HttpSend) {
    const session = new MemorySession({ runKey: "run", sleepAfterMs: 0, ...start }, { answer: () => "later" });
    const request = { ...requestFor(programOf(body), http === undefined ? {} : { http }), durable: session };
    return { outcome: await executor().execute(request), session };
  }

  describe("a sleeping run", () => {
    test.each<[string, string]>([
      [
        "closures and loops",
        "let sum = 0; const add = (n) => { sum += n; }; for (let i = 0; i < 5; i++) { await context.sleep('1d'); add(i); } return sum;",
      ],
      [
        "classes, private members, maps and symbols",
        `class Box { #all = new Map([[Symbol.for("a"), 1]]); static made = new WeakSet(); add(n) { this.#all.set(n, [n]); Box.made.add(this); return this; } get size() { return this.#all.size; } }
        const box = new Box().add(1); await context.sleep("1d"); box.add(2); await context.sleep("1d"); return [box.size, Box.made.has(box), box instanceof Box];`,
      ],
      [
        "generators and iterators",
        "const all = []; async function* walk() { for (let i = 0; i < 3; i++) { await context.sleep('1d'); yield i; } } for await (const i of walk()) all.push(i); const g = (function* () { yield 1; yield 2; })(); g.next(); await context.sleep('1d'); all.push(g.next().value); return all;",
      ],
      [
        "try, catch and finally",
        "const all = []; try { try { await context.sleep('1d'); throw new DataError('x'); } finally { await context.sleep('1d'); all.push('f'); } } catch (error) { await context.call('c'); all.push(error.name, error instanceof DataError); } return all;",
      ],
      [
        "several waits at once",
        "const all = []; await Promise.all(['a', 'b', 'c'].map(async (name, i) => { for (let k = 0; k <= i; k++) all.push(name + await context.call(name)); })); return all;",
      ],
      [
        "races",
        "return [await Promise.race([context.call('a'), context.sleep('9d')]), await Promise.any([context.call('b')])];",
      ],
      [
        "steps",
        "const all = []; for (let i = 0; i < 3; i++) { all.push(await context.step('s', ({ key }) => [key, Math.random()])); await context.sleep('1d'); } return all;",
      ],
      [
        "randomness",
        "const all = []; for (let i = 0; i < 4; i++) { all.push(Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(40))].join()); await context.sleep('1d'); } return all;",
      ],
      [
        "large values",
        "const all = Array.from({ length: 3000 }, (_, i) => ({ i, text: 'text ' + i })); const bytes = new Uint8Array(200_000).fill(7); await context.sleep('1d'); return [all.length, all[2999], bytes[199_999]];",
      ],
      [
        "parts of the guest API",
        "const url = new URL('http://a.test/?b=1'); const form = new FormData(); form.set('a', 'b'); await context.sleep('1d'); const f = new Intl.NumberFormat('de'); await context.sleep('1d'); return [url.searchParams.get('b'), form.get('a'), f.format(1234.5), Temporal.PlainDate.from('2024-02-28').add({ days: 2 }).toString()];",
      ],
      [
        "its stream",
        "for (let i = 0; i < 3; i++) { await context.output.write(i); await context.sleep('1d'); } return 'done';",
      ],
      [
        "regular expressions, dates and big integers",
        "const r = /a(\\d)/g; r.exec('a1a2'); const d = new Date(5); const n = 2n ** 100n; await context.sleep('1d'); return [r.exec('a1a2')[1], d.toISOString(), String(n)];",
      ],
    ])("wakes with its %s", async (_what, body) => {
      const { output, awake, sleeps, message } = await both(body);
      expect(message).toBeUndefined();
      expect(output).toEqual(awake);
      expect(sleeps.length).toBeGreaterThan(0);
    });

    test("says what it waits for, and needs neither a thread nor its program to wake", async () => {
      const body =
        "const a = await context.step('s', () => 1); const waits = [context.sleep('1d'), context.waitFor('x')]; await Promise.race(waits); return a;";
      const { outcome, session } = await firstSleep(body);
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      expect(outcome.guest).toMatchObject({
        open: [2, 3],
        operations: 3,
        engine: expect.stringMatching(/^[0-9a-f]{64}$/),
      });
      session.settle(3, resolved());
      const next = new MemorySession(session.again({ image: outcome.guest.image }));
      const woken = await executor().execute({
        ...requestFor("throw new Error('it is not loaded again')"),
        durable: next,
      });
      expect(woken).toMatchObject({ status: "completed", outputJson: "1" });
    });

    test("stays awake for short waits, and goes to sleep when they have lasted for long", async () => {
      const session = new MemorySession({ runKey: "run", sleepAfterMs: 60_000 }, { answer: () => "later" });
      const outcome = executor().execute({
        ...requestFor(programOf("await context.waitFor('x'); return 1;")),
        durable: session,
      });
      await session.until(1);
      session.send({ type: "sleep" });
      expect((await outcome).status).toBe("asleep");
      const { outcome: later } = await firstSleep("await context.waitFor('x'); return 1;", { sleepAfterMs: 20 });
      expect(later.status).toBe("asleep");
    });

    test("counts its operations, readings, limits and console lines on", async () => {
      const code = "console.log('x'.repeat(600)); await context.sleep('1d'); console.log('x'.repeat(600));";
      expect((await runAsleep([executor()], code, { given: { limits: { logBytes: 1000 } } })).output).toBe("LOG_LIMIT");
      const fetches =
        "for (let i = 0; i < 3; i++) { await (await fetch('http://a.test/')).text(); await context.sleep('1d'); }";
      expect((await runAsleep([executor()], fetches, { given: { limits: { fetchCount: 2 } } })).output).toBe(
        "FETCH_LIMIT",
      );
      const { output, session } = await runAsleep(
        [executor()],
        "const a = Date.now(); await context.sleep('1h'); const b = Date.now(); await context.sleep('1d'); return [b - a >= 3600000, Date.now() - b >= 86400000, performance.now() > 0];",
      );
      expect(output).toEqual([true, true, true]);
      expect([...session.journal.keys()]).toEqual([1, 2]);
      expect([...session.readings.keys()].length).toBeGreaterThan(0);
    });

    test("keeps small bodies that it has not read", async () => {
      const body = "const response = await fetch('http://a.test/'); await context.sleep('1d'); return response.json();";
      const { output, sleeps } = await runAsleep([executor()], body, {
        ...{ host: inTurns, given: { http: async () => jsonResponse({ kept: true }) } },
      });
      expect([output, sleeps.length]).toEqual([{ kept: true }, 1]);
    });

    test("stays awake while the host holds something for it, and sleeps afterwards", async () => {
      const body = `const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]); await context.call("a");
        return (await crypto.subtle.sign("HMAC", key, new Uint8Array(1))).byteLength;`;
      const { output, sleeps } = await runAsleep([executor()], body, { host: inTurns });
      expect([output, sleeps.length]).toEqual([32, 0]);
      const timer =
        "const first = new Promise((resolve) => setTimeout(() => resolve('timer'), 20)); return [await Promise.race([context.waitFor('x'), first]), await context.call('b')];";
      const after = await runAsleep([executor()], timer, {
        host: { answer: async (request) => (request.kind === "wait" ? "later" : inTurns.answer(request)) },
      });
      expect([after.output, after.sleeps.length]).toEqual([["timer", "call"], 1]);
    });

    test("gets what had happened to its operations in the order of the host, and errors as well", async () => {
      const body =
        "const all = []; const note = (p) => p.then((v) => all.push(v), (e) => all.push(e.name)); const open = [note(context.waitFor('a')), note(context.waitFor('b')), note(context.waitFor('c'))]; await Promise.all(open); return all;";
      const { outcome, session } = await firstSleep(body);
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      session.settle(3, resolved("third"));
      session.settle(1, rejected("DataError", "no"));
      session.settle(2, resolved("second"));
      const next = new MemorySession(session.again({ image: outcome.guest.image }));
      expect(await executor().execute({ ...requestFor("1"), durable: next })).toMatchObject({
        outputJson: '["third","DataError","second"]',
      });
    });

    test("that is cancelled while it sleeps wakes to clean up, and may sleep while it does", async () => {
      const body =
        "try { await context.sleep('9d'); } finally { await context.call('undo'); await context.sleep('1d'); await context.call('more'); }";
      const { outcome, session } = await firstSleep(body);
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      const next = new MemorySession(
        session.again({ image: outcome.guest.image, cancelled: true, sleepAfterMs: 0 }),
        inTurns,
      );
      const second = await executor().execute({ ...requestFor("1"), durable: next });
      if (second.status !== "asleep") throw new Error(second.status);
      expect([outcome.guest.cancelled, second.guest.cancelled]).toEqual([undefined, true]);
      expect(next.asked.slice(0, 2)).toEqual(["withdraw", "2 call"]);
      await next.untilSettled([2]);
      const third = await runOn(next, second.guest.image);
      expect(third).toBe("CANCELLED");
    });

    test("repeats what came after its image, and reads and draws the same again", async () => {
      const read = "[Math.random(), crypto.randomUUID(), Date.now()]";
      const body = `await context.sleep("1d"); const all = [${read}]; all.push(await context.call("a")); all.push(${read}); all.push(await context.call("b")); return all;`;
      const { outcome, session } = await firstSleep(body);
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      session.settle(1, resolved());
      const { image } = outcome.guest;
      const once = new MemorySession(session.again({ image }), inTurns);
      const first = await executor().execute({ ...requestFor("1"), durable: once });
      const twice = new MemorySession(once.again({ image, strict: true }), {
        answer: () => rejected("Error", "asked again"),
      });
      const second = await executor().execute({ ...requestFor("1"), durable: twice });
      if (first.status !== "completed" || second.status !== "completed") throw new Error("failed");
      expect(JSON.parse(String(second.outputJson)) as JsonValue).toEqual(
        JSON.parse(String(first.outputJson)) as JsonValue,
      );
      expect(twice.messages).toEqual([]);
    });

    test.each<[string, (image: Uint8Array) => Uint8Array, RegExp]>([
      ["damaged", (image) => image.with(200, (image[200] ?? 0) ^ 1), /damaged/],
      ["cut off", (image) => image.subarray(0, -1), /damaged/],
      ["empty", () => new Uint8Array(0), /damaged/],
      ["something else", () => new TextEncoder().encode("x".repeat(1000)), /damaged/],
    ])("with an image that is %s is not woken, and the journal does instead", async (_what, change, message) => {
      const { outcome, session } = await firstSleep("await context.sleep('1d'); return 1;");
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      const start = session.again({ image: change(outcome.guest.image) });
      const request = requestFor(programOf("await context.sleep('1d'); return 1;"));
      const woken = await executor().execute({ ...request, durable: new MemorySession(start) });
      expect(woken.status === "failed" && [woken.error.code, message.test(woken.error.message)]).toEqual([
        "IMAGE_UNREADABLE",
        true,
      ]);
    });

    test("is not woken in another run, or with less memory than it has", async () => {
      const { outcome, session } = await firstSleep(
        "const all = new Uint8Array(8_000_000).fill(1); await context.sleep('1d'); return all.length;",
      );
      if (outcome.status !== "asleep") throw new Error(outcome.status);
      const { image } = outcome.guest;
      const other = await executor().execute({
        ...requestFor("1"),
        durable: new MemorySession({ ...session.again({ image }), runKey: "other" }),
      });
      expect(other.status === "failed" && other.error.code).toBe("IMAGE_UNREADABLE");
      const small = requestFor("1", { limits: { memoryBytes: 4 * 1024 * 1024 } });
      const stricter = await executor().execute({ ...small, durable: new MemorySession(session.again({ image })) });
      expect(stricter.status === "failed" && stricter.error.code).toBe("MEMORY_LIMIT");
      session.settle(1, resolved());
      const woken = await executor().execute({
        ...requestFor("1"),
        durable: new MemorySession(session.again({ image })),
      });
      expect(woken).toMatchObject({ status: "completed", outputJson: "8000000" });
    });

    test("leaves nothing behind on the machine that it had", async () => {
      await firstSleep("globalThis.left = 1; await context.sleep('1d');");
      expect(await outputIn(executor(), "return [typeof left, await context.call('a')];")).toEqual(["undefined", null]);
    });
  });

  /** Wakes a run until it ends. @returns the code of its error, or its output */
  async function runOn(session: MemorySession, image: Uint8Array): Promise<string> {
    const next = new MemorySession(session.again({ image, sleepAfterMs: 0 }), { ...inTurns, carriesOn: true });
    const outcome = await executor().execute({ ...requestFor("1"), durable: next });
    if (outcome.status === "failed") return outcome.error.code;
    if (outcome.status === "completed") return String(outcome.outputJson);
    await next.untilSettled(outcome.guest.open);
    return runOn(next, outcome.guest.image);
  }
}
