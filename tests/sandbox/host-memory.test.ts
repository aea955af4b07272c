import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { HttpSend } from "../../src/domain/http.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import {
  budgetOn,
  closeAccount,
  GUEST_BASE,
  guestShare,
  newBudget,
  openAccount,
  poolShare,
} from "../../src/sandbox/pool/budget.ts";
import { createPoolExecutor, type PoolOptions } from "../../src/sandbox/pool/pool.ts";
import { failureOf, jsonResponse, outputOf, run } from "../conformance/request.ts";

const MB = 1024 * 1024;
const pools: Executor[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

function makePool(options: PoolOptions): Executor {
  const pool = createPoolExecutor(options);
  pools.push(pool);
  return pool;
}

/** Sends bodies of this size in pieces, each only when there is room, and tells how much was there at most. */
function bodies(bytes: number, piece = 256 * 1024): { http: HttpSend; most: () => number } {
  let now = 0;
  let most = 0;
  const http: HttpSend = async (request) => {
    let sent = 0;
    try {
      for (; sent < bytes; sent += piece) {
        await request.reserve?.(piece, bytes);
        now += piece;
        most = Math.max(most, now);
        await new Promise(setImmediate);
      }
    } finally {
      now -= sent;
    }
    return jsonResponse(null, { headers: [], body: new Uint8Array(bytes).fill(0x61) });
  };
  return { http, most: () => most };
}

const READS_ONE_AFTER_THE_OTHER = `async (count) => {
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += (await (await fetch("http://a.test/" + i)).READ()).length;
  return bytes;
}`;
const HOLDS_ALL = `async (count) => {
  const all = await Promise.all(Array.from({ length: count }, (_, i) => fetch("http://a.test/" + i)));
  return all.length;
}`;

const HOLDS_MORE_AND_MORE = `async (count) => {
  const all = [];
  while (all.length < count) all.push(await fetch("http://a.test/" + all.length));
  return all.length;
}`;

describe("bodies of responses", () => {
  for (const read of ["bytes", "text"]) {
    test(`are released once they were read as ${read}`, async () => {
      const pool = makePool({ workers: 1, memoryBudgetBytes: 96 * MB });
      const code = READS_ONE_AFTER_THE_OTHER.replace("READ", read);
      const limits = { fetchTotalBytes: 1024 * MB };
      expect(await outputOf(pool, code, { ...bodies(12 * MB), input: 20, limits })).toBe(20 * 12 * MB);
    }, 120_000);
  }

  test("wait for room in the budget, and every execution gets it", async () => {
    const pool = makePool({ workers: 2, memoryBudgetBytes: 40 * MB });
    const { http, most } = bodies(6 * MB);
    const all = Array.from({ length: 12 }, () => outputOf(pool, HOLDS_ALL, { http, input: 1 }));
    expect(await Promise.all(all)).toEqual(Array(12).fill(1));
    expect(most()).toBeLessThan(40 * MB);
  }, 120_000);

  test("that executions hold while they wait for more: the youngest fails with a typed error", async () => {
    const pool = makePool({ workers: 2, memoryBudgetBytes: 40 * MB });
    const { http: send } = bodies(6 * MB);
    const bothHaveTwo = Promise.withResolvers<void>();
    let thirds = 0;
    const http: HttpSend = async (request, signal) => {
      if (request.url.endsWith("/2") && ++thirds === 2) bothHaveTwo.resolve();
      if (request.url.endsWith("/2")) await bothHaveTwo.promise;
      return send(request, signal);
    };
    const outcomes = await Promise.all(
      Array.from({ length: 2 }, () => run(pool, HOLDS_MORE_AND_MORE, { http, input: 4, limits: { timeMs: 30_000 } })),
    );
    const failed = outcomes.flatMap((outcome) => (outcome.status === "failed" ? [outcome.error] : []));
    expect(failed).toHaveLength(1);
    expect(outcomes).toContainEqual(expect.objectContaining({ status: "completed", outputJson: "4" }));
    for (const { code, message, remedy } of failed) {
      expect([code, message]).toEqual(["MEMORY_LIMIT", "the memory budget of all executions together is spent"]);
      expect(remedy).toContain("execution.memory_budget");
    }
    expect(await outputOf(pool, HOLDS_ALL, { http: send, input: 4 })).toBe(4);
  }, 120_000);

  test("are bounded for each execution, with a remedy", async () => {
    const pool = makePool({ workers: 1 });
    const { http, most } = bodies(15 * MB, MB);
    const error = await failureOf(pool, HOLDS_ALL, { http, input: 20, limits: { fetchTotalBytes: 1024 * MB } });
    expect(error).toMatchObject({ code: "MEMORY_LIMIT", data: { limit: 48 * MB, unit: "bytes" } });
    expect(error.remedy).toContain("read each response body as soon as it arrives");
    expect(most()).toBeLessThan(128 * MB);
  }, 120_000);

  test("of a cancelled execution make room for others", async () => {
    const pool = makePool({ workers: 1, memoryBudgetBytes: 40 * MB });
    const { http } = bodies(20 * MB);
    const stop = new AbortController();
    const code =
      "async (_, { progress }) => { await fetch('http://a.test/'); progress(1); await new Promise((r) => setTimeout(r, 9_000)); }";
    const held = run(pool, code, { http, signal: stop.signal, onProgress: () => stop.abort() });
    expect(await held).toMatchObject({ status: "failed", error: { code: "CANCELLED" } });
    expect(await outputOf(pool, HOLDS_ALL, { http, input: 1 })).toBe(1);
  });
});

test("an output that does not fit into the budget is a typed failure", async () => {
  const pool = makePool({ workers: 1, memoryBudgetBytes: 30 * MB });
  const error = await failureOf(pool, "() => 'x'.repeat(12_000_000)");
  expect(error).toMatchObject({ code: "MEMORY_LIMIT", remedy: expect.stringContaining("execution.memory_budget") });
});

test("the budget equals the sum of all shares after any sequence of draws, transfers and returns, and a closed account is empty", () => {
  const action = fc.record({
    side: fc.nat(1),
    kind: fc.constantFrom("use" as const, "take" as const, "pass" as const),
    bytes: fc.nat(3 * MB),
  });
  fc.assert(
    fc.property(fc.array(action), (actions) => {
      const shared = newBudget(8 * MB);
      const place = { state: new Int32Array(new SharedArrayBuffer(4)), index: 0 };
      openAccount(shared, place);
      const shares = [guestShare(shared, place, 5 * MB), poolShare(shared, place, 5 * MB)];
      const held = [0, 0];
      for (const { side, kind, bytes } of actions) {
        const other = 1 - side;
        if (kind === "take") {
          shares[side]?.take(bytes);
          held[side] = bytes;
        } else if (kind === "use") {
          const before = held.map((value) => value);
          if (shares[side]?.use(bytes) === undefined) {
            held[side] = bytes;
            if (bytes > (before[side] ?? 0)) expect(budgetOn(shared).inUse()).toBeLessThanOrEqual(8 * MB);
          }
        } else {
          const passed = Math.min(bytes, held[side] ?? 0);
          shares[other]?.adopt(shares[side]?.pass(passed) ?? 0);
          held[side] = (held[side] ?? 0) - passed;
          held[other] = (held[other] ?? 0) + passed;
          shares[other]?.take(held[other] ?? 0);
        }
        const sum = Math.max(held[0] ?? 0, GUEST_BASE) + (held[1] ?? 0);
        const counted = budgetOn(shared).inUse();
        expect(counted).toBeGreaterThanOrEqual(sum);
        expect(counted).toBeLessThan(sum + 3 * 4_096);
        expect(shares[0]?.total()).toBe(counted);
      }
      closeAccount(shared, place);
      expect(budgetOn(shared).inUse()).toBe(0);
    }),
  );
});
