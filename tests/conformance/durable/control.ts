import { describe, expect, test } from "bun:test";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { failureOf, run, silent } from "../request.ts";
import { MemorySession, resolved } from "./memory-session.ts";
import { errorIn, programOf } from "./run-durably.ts";

/** Cancellation, time and limits of runs. */
export function controlScenarios(executor: () => Executor): void {
  /** Another execution uses up so much time. */
  async function timePasses(timeMs: number): Promise<void> {
    await failureOf(executor(), "() => { for (;;) ; }", { limits: { timeMs } });
  }

  /** A run that is cancelled when it has asked for the operation `when`. */
  async function cancelled(
    body: string,
    limits: object = {},
    session = new MemorySession(undefined, { answer: ({ kind }) => (kind === "wait" ? "later" : resolved("ok")) }),
    when = 1,
  ) {
    const error = errorIn(executor(), body, session, { limits });
    await session.until(when);
    session.send({ type: "cancel" });
    return { error: await error, session };
  }

  describe("cancelling a run", () => {
    test("rejects what it waits for, runs catch and finally with the whole context, and ends as cancelled", async () => {
      const body = `try { await Promise.all([context.waitFor("a"), context.waitFor("b")]); }
        catch (error) { await context.call("undo", [error.name, error.code, context.signal.aborted]); }
        finally { await context.sleep(1); await context.emit("end"); }
        return "done";`;
      const { error, session } = await cancelled(body);
      expect(error.code).toBe("CANCELLED");
      expect(session.asked).toEqual(["1 wait", "2 wait", "withdraw", "3 call", "4 sleep", "5 emit"]);
      const call = session.messages[3];
      expect(call?.type === "open" && call.request).toMatchObject({ input: '["CancelledError","CANCELLED",false]' });
    });

    test("aborts the signal of the context, and what is awaited with it", async () => {
      const body =
        "const { signal } = context; try { await context.waitFor('a'); } finally { await context.call('undo', signal.aborted); await context.call('more', signal.aborted); }";
      const { session } = await cancelled(body);
      expect(
        session.messages.map(
          (message) => message.type === "open" && "input" in message.request && message.request.input,
        ),
      ).toContain("true");
    });

    test.each([
      ["works on", "for (;;) ;"],
      ["waits", "await new Promise((resolve) => setTimeout(resolve, 60_000));"],
      ["fetches", "await fetch('http://a.test/');"],
    ])("gives a guest that %s only its time for cleaning up", async (_what, code) => {
      const session = new MemorySession(undefined, { answer: () => "later" });
      const error = errorIn(executor(), `try { await context.waitFor("a"); } finally { ${code} }`, session, {
        ...{ limits: { cleanupMs: 50 }, http: silent },
      });
      await session.until(1);
      session.send({ type: "cancel" });
      expect((await error).code).toBe("CANCELLED");
    });

    test("waits for durable operations beyond that time, because only work counts", async () => {
      const session = new MemorySession(undefined, { answer: () => "later" });
      const body =
        "try { await context.waitFor('a'); } finally { await context.waitFor('b'); await context.call('end'); }";
      const error = errorIn(executor(), body, session, { limits: { cleanupMs: 40 } });
      await session.until(1);
      session.send({ type: "cancel" });
      await session.until(2);
      await timePasses(80);
      session.settle(2, resolved());
      await session.until(3);
      session.settle(3, resolved());
      expect((await error).code).toBe("CANCELLED");
    });

    test("lets the function of a step end, and records it", async () => {
      const session = new MemorySession();
      const { promise: sent, resolve } = Promise.withResolvers<void>();
      const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
      const error = errorIn(
        executor(),
        "await context.step('s', async () => (await fetch('http://a.test/')).status);",
        session,
        {
          http: async (request) => {
            resolve();
            await answered;
            return {
              status: 204,
              statusText: "",
              url: request.url,
              redirected: false,
              headers: [],
              body: new Uint8Array(),
            };
          },
        },
      );
      await sent;
      session.send({ type: "cancel" });
      answer();
      expect((await error).code).toBe("CANCELLED");
      expect(session.messages).toMatchObject([{ type: "record", result: { ok: true, json: "204" } }]);
    });

    test("before it begins reaches it as well", async () => {
      const session = new MemorySession(
        { runKey: "run", cancelled: true },
        { answer: ({ kind }) => (kind === "wait" ? "later" : resolved()) },
      );
      const body = "try { await context.waitFor('a'); } catch (error) { await context.call(error.name); }";
      expect((await errorIn(executor(), body, session)).code).toBe("CANCELLED");
      expect(session.asked).toEqual(["1 wait", "2 call"]);
    });

    test("comes after what is recorded, when a run that was cleaning up is repeated", async () => {
      const body =
        "await context.call('a'); try { await context.waitFor('w'); } finally { await context.call('undo'); await context.call('more'); }";
      const { session } = await cancelled(body, {}, undefined, 2);
      expect(session.asked).toEqual(["1 call", "2 wait", "withdraw", "3 call", "4 call"]);
      const start = session.again({ cancelled: true });
      start.recorded = start.recorded?.slice(0, 3) ?? [];
      const again = new MemorySession(start, { answer: () => resolved("ok") });
      expect((await errorIn(executor(), body, again)).code).toBe("CANCELLED");
      expect(again.asked).toEqual(["4 call"]);
    });

    test("by the signal ends it at once", async () => {
      const controller = new AbortController();
      const session = new MemorySession(undefined, { answer: () => "later" });
      const outcome = run(
        executor(),
        programOf("try { await context.waitFor('a'); } finally { await context.call('undo'); }"),
        {
          ...{ durable: session, signal: controller.signal },
        },
      );
      await session.until(1);
      controller.abort();
      const ended = await outcome;
      expect(ended.status === "failed" && ended.error.code).toBe("CANCELLED");
      expect(session.asked).toEqual(["1 wait"]);
    });
  });

  describe("the time of a run", () => {
    test("does not pass while it waits for durable operations only", async () => {
      const session = new MemorySession(undefined, { answer: () => timePasses(120).then(() => resolved()) });
      const outcome = await run(executor(), programOf("await context.call('a'); await context.sleep(1); return 1;"), {
        ...{ durable: session, limits: { timeMs: 100 } },
      });
      expect(outcome.status).toBe("completed");
      expect(outcome.usage.durationMs).toBeLessThan(200);
    });

    test("passes while it waits for anything else as well", async () => {
      const session = new MemorySession(undefined, { answer: () => "later" });
      const body = "await Promise.race([context.waitFor('a'), new Promise((resolve) => setTimeout(resolve, 60_000))]);";
      expect((await errorIn(executor(), body, session, { limits: { timeMs: 80 } })).code).toBe("TIME_LIMIT");
    });

    test("includes what it has worked before", async () => {
      const session = new MemorySession({ runKey: "run", workedMs: 9_950 });
      const error = await errorIn(executor(), "await context.sleep(1); for (;;) ;", session, {
        limits: { timeMs: 10_000 },
      });
      expect([error.code, error.data.limit]).toEqual(["TIME_LIMIT", 10_000]);
    });

    test("ends it while it works", async () => {
      const error = await errorIn(executor(), "await context.sleep(1); for (;;) ;", undefined, {
        limits: { timeMs: 100 },
      });
      expect(error.code).toBe("TIME_LIMIT");
    });
  });

  test("a task without durable methods can have a session, and its recording is kept", async () => {
    const session = new MemorySession();
    let seed: string | undefined;
    await run(executor(), "() => Math.random()", {
      durable: session,
      onJournal: (journal) => {
        seed = journal.seed;
      },
    });
    expect([session.messages, seed]).toEqual([[], expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect((await failureOf(executor(), "() => new Promise(() => {})", { durable: new MemorySession() })).code).toBe(
      "NEVER_SETTLED",
    );
  });
}
