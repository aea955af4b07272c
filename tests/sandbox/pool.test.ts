import { afterEach, describe, expect, test } from "bun:test";
import type { HttpSend } from "../../src/domain/http.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor, type PoolOptions } from "../../src/sandbox/pool/pool.ts";
import { type EndedOutcome, echo, failureOf, type Given, outputOf, run, silent } from "../conformance/request.ts";
import { allThreadsSleep, THREADS_VISIBLE } from "../support/busy-threads.ts";
import { late, laterTurn } from "../support/late.ts";

const MB = 1024 * 1024;
const WORKER = new URL("../../src/sandbox/pool/worker.ts", import.meta.url).href;
const pools: Executor[] = [];
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.stop()));
});

function makePool(options: PoolOptions): Executor {
  const pool = createPoolExecutor(options);
  pools.push(pool);
  return pool;
}

/** A pool whose Workers the test can end. */
function poolWithWorkers(options: PoolOptions): { pool: Executor; workers: Worker[] } {
  const workers: Worker[] = [];
  const spawn = () => {
    const worker = new Worker(WORKER);
    workers.push(worker);
    return worker;
  };
  return { pool: makePool({ ...options, spawn }), workers };
}

/** Runs `code`, and resolves `begun` when it first reports progress. */
function begin(pool: Executor, code: string, given: Given = {}) {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  return { begun, outcome: run(pool, code, { ...given, onProgress: () => resolve() }) };
}

const codeOf = (outcome: EndedOutcome) => (outcome.status === "failed" ? outcome.error.code : outcome.outputJson);

/** Responds a while after so many are waiting (else after each has come), and counts how many waited at most. */
function counting(together = Number.POSITIVE_INFINITY): { http: HttpSend; most: () => number } {
  let open = 0;
  let most = 0;
  const all = Promise.withResolvers<void>();
  // Long enough for one too many to come.
  const respond = late(
    () => 5,
    (request, signal) => {
      open -= 1;
      return echo(request, signal);
    },
  );
  return {
    most: () => most,
    http: async (request, signal) => {
      open += 1;
      most = Math.max(most, open);
      if (open === together) all.resolve();
      await (Number.isFinite(together) ? all.promise : undefined);
      return respond(request, signal);
    },
  };
}

const COMPUTES = "(input, { progress }) => { progress(1); for (;;); }";
const WAITS = "(input, { progress }) => { progress(1); return new Promise((resolve) => setTimeout(resolve, 60_000)); }";

describe("a Worker that dies", () => {
  test("takes down the executions that it carried, but none that had not begun", async () => {
    const { pool, workers } = poolWithWorkers({ workers: 1 });
    const waiting = begin(pool, WAITS);
    await waiting.begun;
    const computing = begin(pool, COMPUTES, { limits: { timeMs: 20_000 } });
    await computing.begun;
    const inLine = [1, 2, 3].map((n) => run(pool, `() => ${n}`));
    workers[0]?.terminate();
    expect(codeOf(await computing.outcome)).toBe("WORKER_LOST");
    expect(codeOf(await waiting.outcome)).toBe("WORKER_LOST");
    expect((await Promise.all(inLine)).map(codeOf)).toEqual(["1", "2", "3"]);
    expect(workers).toHaveLength(2);
  });

  test("does not affect the executions of other Workers", async () => {
    const { pool, workers } = poolWithWorkers({ workers: 2 });
    const first = begin(pool, COMPUTES, { limits: { timeMs: 20_000 } });
    await first.begun;
    const second = begin(
      pool,
      "(input, { progress }) => { progress(1); const end = Date.now() + 300; while (Date.now() < end); return 'mine'; }",
    );
    await second.begun;
    workers[0]?.terminate();
    expect(codeOf(await first.outcome)).toBe("WORKER_LOST");
    expect(codeOf(await second.outcome)).toBe('"mine"');
    expect(await outputOf(pool, "() => 'next'")).toBe("next");
  });

  test("aborts its requests", async () => {
    const { pool, workers } = poolWithWorkers({ workers: 1 });
    const gaveUp = Promise.withResolvers<void>();
    const http: HttpSend = (request, signal) => {
      signal.addEventListener("abort", () => gaveUp.resolve());
      laterTurn(() => workers[0]?.terminate());
      return silent(request, signal);
    };
    expect((await failureOf(pool, "() => fetch('http://service.test/').status", { http })).code).toBe("WORKER_LOST");
    await gaveUp.promise;
  });

  test("gives back the memory it had drawn", async () => {
    const { pool, workers } = poolWithWorkers({ workers: 1, memoryBudgetBytes: 40 * MB });
    const hungry =
      "(input, { progress }) => { const all = new Uint8Array(28_000_000).fill(1); progress(1); for (;;) all[0] += 1; }";
    for (let i = 0; i < 3; i++) {
      const { begun, outcome } = begin(pool, hungry, { limits: { timeMs: 20_000 } });
      await begun;
      workers.at(-1)?.terminate();
      expect(codeOf(await outcome)).toBe("WORKER_LOST");
    }
    expect(await outputOf(pool, "() => new Uint8Array(28_000_000).length")).toBe(28_000_000);
  });

  test("at its start, again and again, fails the executions and hangs nothing", async () => {
    const spawn = () => new Worker(new URL("./failing-at-start.ts", import.meta.url).href);
    const pool = makePool({ workers: 2, spawn });
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => run(pool, "() => 1")));
    expect(outcomes.map(codeOf)).toEqual(Array(4).fill("WORKER_LOST"));
  });

  test("a Worker that can't be created", async () => {
    const pool = makePool({
      workers: 1,
      spawn: () => {
        throw new Error("no more threads");
      },
    });
    expect(await failureOf(pool, "() => 1")).toMatchObject({ code: "ENVIRONMENT" });
  });
});

describe("a Worker that hangs", () => {
  test("is replaced, and another one runs the executions that it had not begun", async () => {
    let made = 0;
    const deaf = new URL("./deaf.ts", import.meta.url).href;
    const pool = makePool({ workers: 1, spawn: () => new Worker(made++ === 0 ? deaf : WORKER) });
    expect(await outputOf(pool, "() => 'carried on'", { limits: { timeMs: 200 } })).toBe("carried on");
    expect(made).toBe(2);
  }, 120_000);
});

describe("one Worker", () => {
  test("carries a great many guests that are suspended in synchronous fetches", async () => {
    const pool = makePool({ workers: 1, concurrency: 150 });
    const { http } = counting(150); // nobody is answered before all have asked
    const code = "(input) => [input, fetch('http://service.test/' + input).body.url]";
    const limits = { timeMs: 60_000 };
    const outputs = await Promise.all(
      Array.from({ length: 150 }, (_, i) => outputOf(pool, code, { input: i, http, limits })),
    );
    expect(outputs).toEqual(Array.from({ length: 150 }, (_, i) => [i, `http://service.test/${i}`]));
  }, 120_000);

  test("runs others while one waits", async () => {
    const pool = makePool({ workers: 1 });
    const waiting = begin(pool, WAITS, { limits: { timeMs: 20_000 } });
    await waiting.begun;
    for (let i = 0; i < 20; i++) expect(await outputOf(pool, "(input) => input", { input: i })).toBe(i);
  });

  test("runs no more executions at a time than allowed", async () => {
    const pool = makePool({ workers: 1, concurrency: 3 });
    const { http, most } = counting(3);
    await Promise.all(Array.from({ length: 12 }, () => run(pool, "() => fetch('http://a.test/').status", { http })));
    expect(most()).toBe(3);
  });
});

describe("an execution that computes for long", () => {
  test("does not keep executions that wait behind it from a free thread", async () => {
    const pool = makePool({ workers: 2 });
    // Both threads have learnt that executions are short, so that each takes many into its line.
    await Promise.all(Array.from({ length: 400 }, () => outputOf(pool, "() => 1")));
    const stop = new AbortController();
    let computing = true;
    const hog = run(pool, COMPUTES, { signal: stop.signal }).finally(() => {
      computing = false;
    });
    const short = Array.from({ length: 200 }, (_, n) => outputOf(pool, "(n) => n + 1", { input: n }));
    expect(await Promise.all(short)).toEqual(Array.from({ length: 200 }, (_, n) => n + 1));
    expect(computing).toBe(true);
    stop.abort();
    expect(codeOf(await hog)).toBe("CANCELLED");
    // The thread that ran it works as before, with all messages that arrived meanwhile.
    const both = Array.from({ length: 400 }, (_, n) => outputOf(pool, `() => ${n % 7}`));
    expect(await Promise.all(both)).toEqual(Array.from({ length: 400 }, (_, n) => n % 7));
  });

  test("on every thread: waiting executions run as soon as one of them ends, and can be cancelled before", async () => {
    const pool = makePool({ workers: 2 });
    await Promise.all(Array.from({ length: 400 }, () => outputOf(pool, "() => 1")));
    const ends = [new AbortController(), new AbortController()];
    const hogs = ends.map(({ signal }) => begin(pool, COMPUTES, { signal, limits: { timeMs: 60_000 } }));
    await Promise.all(hogs.map(({ begun }) => begun));
    let hogsEnded = 0;
    for (const { outcome } of hogs)
      outcome.then(() => {
        hogsEnded += 1;
      });
    const stop = new AbortController();
    const cancelled = Array.from({ length: 50 }, () => run(pool, "() => 1", { signal: stop.signal }));
    const short = Array.from({ length: 50 }, () => run(pool, "() => 2"));
    laterTurn(() => stop.abort());
    expect((await Promise.all(cancelled)).map(codeOf)).toEqual(Array(50).fill("CANCELLED"));
    expect(hogsEnded).toBe(0);
    ends[0]?.abort();
    expect((await Promise.all(short)).map(codeOf)).toEqual(Array(50).fill("2"));
    expect(hogsEnded).toBe(1);
    ends[1]?.abort();
    expect(await Promise.all(hogs.map(async ({ outcome }) => codeOf(await outcome)))).toEqual([
      "CANCELLED",
      "CANCELLED",
    ]);
  });
});

test("urgent executions run before all others that have not begun, in their own order", async () => {
  const pool = makePool({ workers: 1, concurrency: 1 });
  const ended: string[] = [];
  const note = async (name: string, urgent: boolean) => {
    await outputOf(pool, "() => 1", { urgent });
    ended.push(name);
  };
  const all = [note("first", false), note("second", false), note("urgent 1", true), note("urgent 2", true)];
  await Promise.all(all);
  expect(ended).toEqual(["urgent 1", "urgent 2", "first", "second"]);
});

describe("the memory of all guests together", () => {
  test("is bounded: further ones wait", async () => {
    const pool = makePool({ workers: 1, memoryBudgetBytes: 4 * MB });
    const { http, most } = counting();
    const all = Array.from({ length: 8 }, () => run(pool, "() => fetch('http://a.test/').status", { http }));
    expect((await Promise.all(all)).map(codeOf)).toEqual(Array(8).fill("200"));
    expect(most()).toBeLessThanOrEqual(2);
  });

  test("ends a guest that wants more than there is", async () => {
    const pool = makePool({ workers: 1, memoryBudgetBytes: 8 * MB });
    const error = await failureOf(pool, "() => new Uint8Array(20_000_000).length");
    expect(error).toMatchObject({ code: "MEMORY_LIMIT", message: expect.stringContaining("budget") });
    expect(await outputOf(pool, "() => 'next'")).toBe("next");
  });
});

describe("cancellation in a pool", () => {
  test("of an execution that computes, while its thread receives nothing else", async () => {
    const pool = makePool({ workers: 1 });
    for (const code of [
      COMPUTES,
      "(input, { progress }) => { progress(1); [].reverse.call({ length: 2 ** 53 - 2 }); }",
    ]) {
      const controller = new AbortController();
      const { begun, outcome } = begin(pool, code, { signal: controller.signal, limits: { timeMs: 20_000 } });
      await begun;
      controller.abort();
      expect(codeOf(await outcome)).toBe("CANCELLED");
    }
    expect(await outputOf(pool, "() => 'next'")).toBe("next");
  });

  test("of waiting executions, in the pool and at the Worker, which then never begin", async () => {
    const pool = makePool({ workers: 1, concurrency: 4 });
    const holding = begin(
      pool,
      "(input, { progress }) => { progress(1); const end = Date.now() + 300; while (Date.now() < end); return 'held'; }",
    );
    await holding.begun;
    const controller = new AbortController();
    const logs: string[] = [];
    const given: Given = { signal: controller.signal, onLog: ({ message }) => logs.push(message) };
    const inLine = Array.from({ length: 8 }, () => run(pool, "() => { console.log('began'); return 1; }", given));
    laterTurn(() => controller.abort());
    expect((await Promise.all(inLine)).map(codeOf)).toEqual(Array(8).fill("CANCELLED"));
    expect(codeOf(await holding.outcome)).toBe('"held"');
    expect(logs).toEqual([]);
  });
});

describe("stopping", () => {
  test("cancels executions that run, wait, or have not begun", async () => {
    const pool = makePool({ workers: 1, concurrency: 2 });
    const waiting = begin(pool, WAITS);
    await waiting.begun;
    const computing = begin(pool, COMPUTES, { limits: { timeMs: 20_000 } });
    await computing.begun;
    const inLine = run(pool, "() => 1");
    await pool.stop();
    const outcomes = await Promise.all([waiting.outcome, computing.outcome, inLine, run(pool, "() => 1")]);
    expect(outcomes.map(codeOf)).toEqual(Array(4).fill("CANCELLED"));
  });

  test.skipIf(!THREADS_VISIBLE)("frees the threads: nothing computes any more", async () => {
    const pool = makePool({ workers: 2 });
    const both = [
      begin(pool, COMPUTES, { limits: { timeMs: 20_000 } }),
      begin(pool, COMPUTES, { limits: { timeMs: 20_000 } }),
    ];
    await Promise.all(both.map(({ begun }) => begun));
    await pool.stop();
    await Promise.all(both.map(({ outcome }) => outcome));
    expect(await allThreadsSleep()).toBe(true);
  });
});

test("a long message of the console becomes several entries, and the task waits until each is received", async () => {
  const pool = makePool({ workers: 1 });
  const line = `${"x".repeat(999)}\n`;
  const lengths: number[] = [];
  let open = 0;
  let most = 0;
  const onLog = async ({ message }: { message: string }) => {
    open += message.length;
    most = Math.max(most, open);
    lengths.push(message.length);
    await new Promise<void>(laterTurn);
    open -= message.length;
  };
  const code = "() => console.log(('x'.repeat(999) + '\\n').repeat(1_000))";
  expect(await outputOf(pool, code, { onLog, limits: { logBytes: 16 * MB } })).toBeNull();
  // Each entry ends before a line feed, which it takes the place of.
  expect(new Set(lengths.slice(0, -1))).toEqual(new Set([64_999]));
  expect(lengths.reduce((sum, length) => sum + length + 1, -1)).toBe(1_000 * line.length);
  expect(most).toBeLessThan(256 * 1024);
});

test("a long message of the console ends with its execution", async () => {
  const pool = makePool({ workers: 1 });
  let entries = 0;
  const onLog = () => {
    entries += 1;
    return new Promise<void>(() => {});
  };
  const code = "() => console.log('x'.repeat(10_000_000))";
  const error = await failureOf(pool, code, { onLog, limits: { logBytes: 16 * MB, timeMs: 100 } });
  expect([error.code, entries < 8]).toEqual(["TIME_LIMIT", true]);
});
