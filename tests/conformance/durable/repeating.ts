import { describe, expect, test } from "bun:test";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { MemorySession, rejected, resolved } from "./memory-session.ts";
import { errorIn, outputIn } from "./run-durably.ts";

/** What a run reads and draws. */
const READS = "[Math.random(), Date.now(), crypto.randomUUID(), performance.now(), new Date().getTime()]";

/** Code that runs again over what is recorded. */
export function repeatingScenarios(executor: () => Executor): void {
  /** Runs a program, and then again over the journal of the first time. */
  async function twice(body: string, given: { host?: ConstructorParameters<typeof MemorySession>[1] } = {}) {
    const first = new MemorySession(undefined, given.host);
    const output = await outputIn(executor(), body, first);
    const second = new MemorySession(first.again({ strict: true }), { answer: () => rejected("Error", "asked again") });
    return { first, second, output, again: await outputIn(executor(), body, second) };
  }

  describe("a repeated run", () => {
    test("gets recorded results and errors, and asks for nothing again", async () => {
      const { output, again, second } = await twice(
        `const seen = [];
         for (const name of ["a", "bad", "c"]) seen.push(await context.call(name).catch((error) => [error.name, error.code, error.data]));
         seen.push(await context.step("s", () => { globalThis.ran = true; return Math.random(); }));
         await context.sleep("1d"); await context.emit("e", 1); await context.output.write("item");
         seen.push(await context.step("fails", () => { throw new DataError("no"); }).catch((error) => error.name));
         return seen;`,
        {
          host: {
            answer: (request) =>
              "task" in request && request.task === "bad"
                ? rejected("HttpError", "x", { status: 500, code: "C", data: { a: 1 } })
                : resolved("task" in request ? request.task : undefined),
          },
        },
      );
      expect(again).toEqual(output);
      expect(second.messages).toEqual([]);
    });

    test("does not run the function of a recorded step", async () => {
      const body = `let runs = 0; await context.step("s", () => { runs++; return 1; }); await context.step("t", async () => { runs++; await null; }); return runs;`;
      const { output, again } = await twice(body);
      expect([output, again]).toEqual([2, 0]);
    });

    test("draws and reads the same", async () => {
      const { output, again } = await twice(
        `const reads = () => ${READS}; const seen = [reads()]; await context.sleep(1); seen.push(reads());
         await Promise.all([context.call("a").then(() => seen.push(reads())), context.call("b").then(() => seen.push(reads()))]);
         for (let i = 0; i < 50; i++) seen.push(reads());
         seen.push(new Intl.DateTimeFormat("de", { dateStyle: "full" }).format(0));
         const key = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
         seen.push([...new Uint8Array(await crypto.subtle.exportKey("raw", key))].join());
         await context.sleep(1);
         return seen;`,
      );
      expect(again).toEqual(output);
    });

    test("draws the same, although the functions of its steps do not run again", async () => {
      const draw = "[Math.random(), crypto.randomUUID(), Date.now()]";
      const { output, again } = await twice(
        `const seen = []; const draw = () => ${draw};
         await context.step("sync", () => draw().length); seen.push(draw());
         await context.step("async", async () => { draw(); await null; draw(); return 1; }); seen.push(draw());
         await context.step("timer", async () => { draw(); await new Promise((resolve) => setTimeout(resolve, 2)); draw(); return 1; }); seen.push(draw());
         await context.step("fetch", async () => { await (await fetch("http://a.test/")).text(); draw(); return 1; }); seen.push(draw());
         await context.step("fails", () => { draw(); throw new Error("x"); }).catch(() => {}); seen.push(draw());
         await Promise.all([context.step("a", async () => { await fetch("http://a.test/"); draw(); }), context.step("b", async () => { draw(); await fetch("http://b.test/"); draw(); })]);
         const beside = context.step("c", async () => { await fetch("http://c.test/"); draw(); }); seen.push(draw()); await beside;
         let n = 0; await context.step("again", () => { draw(); if (n++ < 2) throw new Error("x"); }, { retry: {} }); seen.push(draw());
         await context.sleep(1); seen.push(draw()); await context.sleep(1);
         return seen;`,
      );
      expect(again).toEqual(output);
    });

    test("draws the same in the function of a step that was not recorded", async () => {
      const body =
        "return context.step('s', async ({ key }) => { const before = crypto.randomUUID(); await null; return [key, before, Math.random(), crypto.randomUUID()]; });";
      const first = new MemorySession();
      const output = await outputIn(executor(), body, first);
      const second = new MemorySession({ runKey: "run", seed: first.seed });
      expect(await outputIn(executor(), body, second)).toEqual(output);
    });

    test("goes on where nothing is recorded any more, and from there on it reads what is new", async () => {
      const body = `const seen = [Math.random()]; await context.sleep(1); seen.push(Date.now(), Math.random()); await context.call("b"); seen.push(Math.random()); return seen;`;
      const first = new MemorySession();
      const output = (await outputIn(executor(), body, first)) as JsonValue[];
      const start = first.again();
      start.recorded = start.recorded?.slice(0, 1) ?? [];
      const second = new MemorySession(start);
      expect(await outputIn(executor(), body, second)).toEqual(output);
      expect(second.asked).toEqual(["2 call"]);
    });

    test("waits for what is open, which the host carries out already", async () => {
      const recorded = [{ number: 1, request: { kind: "wait" as const, name: "w" } }];
      const session = new MemorySession({ runKey: "run", recorded });
      const output = outputIn(executor(), "return [await context.waitFor('w'), await context.call('t')];", session);
      session.settle(1, resolved("sent"));
      expect(await output).toEqual(["sent", null]);
      expect(session.asked).toEqual(["2 call"]);
    });

    test("gets results in the order of the first time", async () => {
      const host = {
        answer: async (_request: unknown, number: number) => {
          if (number === 1) await session.until(3);
          return resolved(number);
        },
      };
      const session = new MemorySession(undefined, host);
      const body = `const seen = []; await Promise.all([1, 2].map(async (i) => { seen.push(await context.call("t" + i)); seen.push(await context.step("s" + i, () => i)); })); return seen;`;
      const output = await outputIn(executor(), body, session);
      const again = new MemorySession(session.again({ strict: true }));
      expect(await outputIn(executor(), body, again)).toEqual(output);
      expect(output).toEqual([2, 2, 1, 1]);
    });

    test("gets a result that comes later in the order, if nothing else is left for it", async () => {
      const operation = (number: number, order: number) => ({
        ...{ number, order, request: { kind: "call" as const, task: `t${number}`, input: "null" } },
        result: resolved(number),
      });
      const session = new MemorySession({ runKey: "run", recorded: [operation(1, 2), operation(2, 1)] });
      expect(
        await outputIn(executor(), "return [await context.call('t1'), await context.call('t2')];", session),
      ).toEqual([1, 2]);
    });

    test("goes another way, and says from where", async () => {
      const first = new MemorySession();
      await outputIn(
        executor(),
        "await context.call('a'); Date.now(); await context.call('b'); await context.call('c');",
        first,
      );
      const second = new MemorySession(first.again());
      const body = "await context.call('a'); Date.now(); await context.call('x'); return await context.call('c');";
      expect(await outputIn(executor(), body, second)).toBe(null);
      expect(second.asked).toEqual(["diverge", "2 call", "3 call"]);
      expect(second.messages[0]).toMatchObject({ type: "diverge", from: 2 });
      // What it has read on the way is kept, so that the way it has gone now can be repeated as well.
      const third = new MemorySession(second.again({ strict: true }));
      await outputIn(executor(), body, third);
      expect(third.messages).toEqual([]);
    });

    test.each([
      ["asks for something else", "await context.call('x');", /recorded as call "a", but it asked for call "x"/],
      ["asks with another input", "await context.call('a', 1);", /recorded as call "a"/],
      ["ends before", "return 1;", /recorded as call "a", but it ended/],
      ["asks for another kind", "await context.sleepUntil(5);", /asked for sleep "1970-01-01T00:00:00.005Z"/],
    ])("ends with JOURNAL_MISMATCH, if it is strict and %s", async (_what, body, message) => {
      const first = new MemorySession();
      await outputIn(executor(), "await context.call('a');", first);
      const error = await errorIn(executor(), body, new MemorySession(first.again({ strict: true })));
      expect([error.code, error.message]).toEqual(["JOURNAL_MISMATCH", expect.stringMatching(message)]);
    });

    test("runs the function of a step again only when the host says so", async () => {
      const body =
        "let runs = 0; const done = await context.step('s', () => { if (runs++ === 0) throw new Error('no'); return 'done'; }, { retry: {} }); return [runs, done];";
      const request = { kind: "step" as const, name: "s", occurrence: 1 };
      const session = new MemorySession({ runKey: "run", recorded: [{ number: 1, request, attempts: 4 }] });
      const output = errorIn(executor(), body, session);
      session.send({ type: "again", number: 1 });
      expect((await output).message).toContain("no"); // the fifth attempt was the last one
      expect(session.asked).toEqual(["1 record"]);
    });
  });
}
