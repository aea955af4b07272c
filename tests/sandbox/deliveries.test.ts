import { afterAll, describe, expect, test } from "bun:test";
import { DELIVERY } from "../../src/sandbox/host-operations.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { Deliveries } from "../../src/sandbox/quickjs/host/deliveries.ts";
import { liveNondeterminism } from "../../src/sandbox/quickjs/host/journal-keeper.ts";
import { failureOf, jsonResponse, outputOf } from "../conformance/request.ts";
import { late } from "../support/late.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());
const MB = 1024 * 1024;

describe("deliveries into a guest", () => {
  test("does not stay in the guest's memory", async () => {
    const code = `async () => {
      const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CTR", false, ["encrypt"]);
      const data = new Uint8Array(1_000_000);
      for (let i = 0; i < 40; i++) await crypto.subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 64 }, key, data);
      for (let i = 0; i < 40; i++) await (await fetch("http://service.test/")).text();
      for (let i = 0; i < 2_000; i++) await new Promise((resolve) => setTimeout(resolve, 0));
      return "done";
    }`;
    const limits = { memoryBytes: 16 * MB };
    const http = async () => jsonResponse("x".repeat(500_000));
    expect(await outputOf(executor, code, { limits, http })).toBe("done");
  });

  test("nor does the text of the input, once it is parsed", async () => {
    const code = "(input) => { const more = new Uint8Array(4_000_000); return [input.text.length, more.length]; }";
    const limits = { memoryBytes: 18 * MB };
    expect(await outputOf(executor, code, { input: { text: "x".repeat(5_000_000) }, limits })).toEqual([
      5_000_000, 4_000_000,
    ]);
  });

  test("a result that arrives while another one is handled is not taken for missing", async () => {
    const code = `async () => {
      let rounds = 0;
      for (let i = 0; i < 100; i++) {
        const digests = [1, 2, 3].map(() => crypto.subtle.digest("SHA-1", new Uint8Array(i)));
        const timer = new Promise((resolve) => setTimeout(resolve, 0));
        await Promise.race([timer, ...digests]);
        await Promise.all([timer, ...digests]);
        rounds += 1;
      }
      return rounds;
    }`;
    expect(await outputOf(executor, code)).toBe(100);
  });

  test("timers that are due are delivered although something else is always ready", () => {
    const deliveries = new Deliveries(liveNondeterminism({ record: false, timeZone: "UTC" }));
    const none = { has: () => false, any: () => false, anyButDurable: () => false };
    deliveries.setTimer(1, 0);
    // The thread never gets to anything else in between.
    const kinds = [1, 2].map((index) => {
      deliveries.push({ kind: DELIVERY.body, index });
      return deliveries.next(none)?.kind;
    });
    deliveries.clear();
    expect(kinds).toEqual([DELIVERY.body, DELIVERY.timer]);
  });

  test("timers that are due count while they wait to be delivered", async () => {
    const code = `() => {
      let refused = 0;
      for (let round = 0; round < 3; round++) {
        for (let i = 0; i < 30_000; i++) { try { setTimeout(() => {}, 0); } catch { refused += 1; } }
        fetch("http://service.test/").status; // waits, and the timers become due
      }
      return refused;
    }`;
    const http = late(
      () => 30,
      async () => jsonResponse(1),
    );
    const limits = { timeMs: 110_000 };
    expect(await outputOf(executor, code, { http, limits })).toBe(40_000);
  }, 120_000);

  test("a promise that is lost for lack of memory is reported as MEMORY_LIMIT", async () => {
    const code = `async () => {
      const all = [];
      try { for (;;) all.push(new Uint8Array(100_000).fill(1)); } catch {}
      try { for (;;) all.push([all.length]); } catch {}
      await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise(() => {});
    }`;
    const error = await failureOf(executor, code, { limits: { memoryBytes: 8 * MB } });
    expect(error.code).toBe("MEMORY_LIMIT");
  });
});

describe("a recording", () => {
  test("does not grow without end", async () => {
    const code = "() => { for (;;) { Date.now(); performance.now(); } }";
    const error = await failureOf(executor, code, { onJournal: () => {}, limits: { timeMs: 15_000 } });
    expect(error).toMatchObject({ code: "MEMORY_LIMIT", message: expect.stringContaining("recording") });
    const random = "() => { for (;;) crypto.getRandomValues(new Uint8Array(65_536)); }";
    expect((await failureOf(executor, random, { onJournal: () => {} })).code).toBe("MEMORY_LIMIT");
    const encryption = `async () => {
      const key = await crypto.subtle.importKey("raw", new Uint8Array(16), "AES-CTR", false, ["encrypt"]);
      const data = new Uint8Array(4_000_000);
      for (;;) { try { await crypto.subtle.encrypt({ name: "AES-CTR", counter: new Uint8Array(16), length: 64 }, key, data); } catch {} }
    }`;
    expect((await failureOf(executor, encryption, { onJournal: () => {} })).code).toBe("MEMORY_LIMIT");
  }, 120_000);

  test("stores a loop of clock readings in a few entries", async () => {
    const code =
      "() => { const end = performance.now() + 40; let n = 0; while (performance.now() < end || n < 5_000) n += 1; return n; }";
    let entries = 0;
    const turns = await outputOf(executor, code, {
      onJournal: (journal) => {
        entries = journal.clock.length;
      },
    });
    // A reading in a new millisecond is an entry, and on a busy machine a loop takes many of them.
    expect(entries).toBeLessThan((turns as number) / 4);
  });
});
