import { describe, expect, test } from "bun:test";
import type { DurableStart, SleepingGuest } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { requestFor } from "../request.ts";
import { type MemoryHost, MemorySession, rejected, resolved } from "./memory-session.ts";

const SUM = `async (rows) => {
  const seen = [];
  try { for await (const row of rows) seen.push(row); return seen; }
  catch (error) { return [...seen, error.name, error.message]; }
}`;
const NUMBERS = `async function* main(input, context) {
  try { for (let n = 0; n < 1500; n++) yield n; return "all"; }
  finally { await context.step("closed", () => 1); }
}`;
const WRITES = `async (input, context) => {
  let n = 0;
  while (n < 1500 && await context.output.write(n)) n++;
  return n;
}`;

/** Rows and items: waits for them, and what ends these. */
export function streamScenarios(executor: () => Executor): void {
  /** Executes a program to its end or its next sleep. */
  async function execute(program: string, start: Partial<DurableStart>, host: MemoryHost = {}) {
    const session = new MemorySession({ runKey: "run", sleepAfterMs: 100, ...start }, host);
    const outcome = await executor().execute({ ...requestFor(program), durable: session });
    const output = outcome.status === "completed" ? (JSON.parse(readText(outcome.outputJson)) as JsonValue) : undefined;
    return { session, output, guest: outcome.status === "asleep" ? outcome.guest : undefined };
  }

  const wake = (
    program: string,
    session: MemorySession,
    guest: SleepingGuest | undefined,
    start: Partial<DurableStart>,
    host?: MemoryHost,
  ) => execute(program, { ...session.again({ image: guest?.image ?? new Uint8Array() }), ...start }, host);

  const rows =
    (...all: unknown[]) =>
    (from: number) =>
      from < all.length ? resolved({ rows: all.slice(from, from + 2), end: false }) : undefined;

  /** The rows of another thread arrive before the guest sleeps. */
  const read = { rows: true, sleepAfterMs: 1_000 };

  describe("a run that reads rows", () => {
    test("sleeps until there are some, and asks again by number when it wakes", async () => {
      const first = await execute(SUM, read, { reads: rows("a", "b", "c") });
      expect([first.guest?.row, first.guest?.open]).toEqual([3, []]);
      const reads = (from: number) => resolved({ rows: ["d"].slice(from - 3), end: from === 4 });
      const second = await wake(SUM, first.session, first.guest, read, { reads });
      expect(second.session.messages).toEqual([
        { type: "read", from: 3 },
        { type: "read", from: 4 },
      ]);
      expect(second.output).toEqual(["a", "b", "c", "d"]);
    });

    test("may sleep before it has repeated all that is recorded", async () => {
      const program = `async (rows, context) => {
        const seen = [];
        for await (const row of rows) seen.push(performance.now(), await context.step("s", () => row));
        return seen;
      }`;
      const asleep = await execute(program, { rows: true });
      const reads = (from: number) => resolved({ rows: ["a", "b"].slice(from), end: true });
      const first = await wake(program, asleep.session, asleep.guest, read, { reads });
      const again = await wake(program, first.session, asleep.guest, { rows: true });
      expect(again.guest).toMatchObject({ row: 0, operations: 0, readingsFrom: 1 });
      const second = await wake(program, again.session, again.guest, read, { reads });
      expect(second.output).toEqual(first.output);
      expect(second.session.messages.map(({ type }) => type)).not.toContain("record");
    });

    test("reads the same again that it had read since its last message when it went to sleep", async () => {
      const program = `async (rows, context) => {
        const seen = [];
        for await (const row of rows) {
          for (let i = 0; i < 3; i++) seen.push(performance.now());
          if (row === "b") await context.step("s", () => row);
        }
        return seen;
      }`;
      const asleep = await execute(program, read, { reads: rows("a") });
      expect(asleep.guest).toMatchObject({ row: 1, readingsFrom: 1 });
      const reads = (from: number) => resolved({ rows: ["a", "b"].slice(from), end: true });
      const first = await wake(program, asleep.session, asleep.guest, read, { reads });
      const again = await wake(program, first.session, asleep.guest, read, { reads });
      expect(again.output).toEqual(first.output);
    });

    test("gets errors in their place, and is cancelled while it waits", async () => {
      const reads = (from: number) =>
        from === 0 ? resolved({ rows: [1], end: false }) : rejected("DataError", "no more");
      expect((await execute(SUM, read, { reads })).output).toEqual([1, "DataError", "no more"]);
      const asleep = await execute(SUM, { rows: true });
      const woken = await wake(SUM, asleep.session, asleep.guest, { rows: true, cancelled: true });
      expect(woken.output).toBeUndefined();
      expect(woken.guest).toBeUndefined();
    });
  });

  describe("a run whose stream is read", () => {
    const slow: MemoryHost = { receives: () => undefined };

    test("waits when 1,000 items are not taken, sleeps, and goes on where it was", async () => {
      const first = await execute(NUMBERS, { taken: 0 }, slow);
      expect([first.session.items.length, first.guest?.room]).toEqual([1_000, 0]);
      const second = await wake(NUMBERS, first.session, first.guest, { taken: 400 }, slow);
      expect([second.session.items.length, second.guest?.room]).toEqual([1_400, 400]);
      const third = await wake(NUMBERS, second.session, second.guest, { taken: 600 }, slow);
      expect([third.session.items.length, third.output]).toEqual([1_500, "all"]);
      expect(third.session.items.slice(-1)).toEqual(["1499"]);
    });

    test("counts items that it writes again as long as they are not taken", async () => {
      const { session, guest } = await execute(NUMBERS, { items: 900, taken: 300 }, slow);
      expect([session.items.length, guest?.room]).toEqual([1_300, 300]);
      expect(session.messages.filter(({ type }) => type === "write")).toHaveLength(400);
    });

    test("is closed when nobody reads any more: its finally runs", async () => {
      const first = await execute(NUMBERS, { taken: 0 }, slow);
      const session = new MemorySession(
        { ...first.session.again({ image: first.guest?.image ?? new Uint8Array() }), taken: 0 },
        slow,
      );
      const attach = session.attach.bind(session);
      session.attach = (send) => {
        attach(send);
        send({ type: "unread" });
      };
      const outcome = await executor().execute({ ...requestFor(NUMBERS), durable: session });
      expect(outcome.status === "completed" && readText(outcome.outputJson)).toBe("null");
      expect([session.items.length, session.asked]).toEqual([1_000, ["1 record"]]);
    });

    test("learns from output.write that nobody reads any more", async () => {
      let session: MemorySession | undefined;
      const receives = (item: number) => {
        if (item === 9) session?.send({ type: "unread" });
        return item + 1;
      };
      session = new MemorySession({ runKey: "run" }, { receives });
      const outcome = await executor().execute({ ...requestFor(WRITES), durable: session });
      const written = outcome.status === "completed" ? Number(readText(outcome.outputJson)) : undefined;
      expect(written).toBeGreaterThanOrEqual(9);
      expect(written).toBeLessThan(1_500);
    });
  });
}
