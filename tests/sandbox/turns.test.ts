import { afterEach, describe, expect, test } from "bun:test";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { outputOf, run, silent } from "../conformance/request.ts";

let pool: Executor;
afterEach(() => pool.stop());
const onOneThread = () => {
  pool = createPoolExecutor({ workers: 1 });
  return pool;
};

/** Waits for a while, then computes for longer than any test lasts. */
const computes = (body: string) =>
  `async (_, { progress }) => { await new Promise((r) => setTimeout(r, 5)); progress(1); const end = Date.now() + 3e6; ${body} }`;
const BUSY: Readonly<Record<string, string>> = {
  "a loop": "while (Date.now() < end);",
  "one long call of the engine": "while (Date.now() < end) [].indexOf.call({ length: 3e6 }, 1);",
  "jobs without end": "while (Date.now() < end) await null;",
  "deep calls": "const f = (n) => { if (n > 0) return f(n - 1); while (Date.now() < end); }; f(200);",
  sorting: "while (Date.now() < end) Array.from({ length: 20000 }, (_, i) => -i).sort((a, b) => a - b);",
};

describe("next to a guest that computes after a wait", () => {
  for (const [name, body] of Object.entries(BUSY)) {
    test(`(${name}) guests that wait meet their time limits, and what they wait for`, async () => {
      const executor = onOneThread();
      const stop = new AbortController();
      let computing = true;
      const hog = run(executor, computes(body), { signal: stop.signal, limits: { timeMs: 60_000 } }).finally(() => {
        computing = false;
      });
      const late = async (code: string, more: object) => {
        const outcome = await run(executor, code, { limits: { timeMs: 300 }, ...more });
        return outcome.status === "failed" ? outcome.error.code : outcome.outputJson;
      };
      const [asleep, fetching, suspended, awake] = await Promise.all([
        late("() => new Promise((r) => setTimeout(r, 60_000))", {}),
        late("() => fetch('http://a.test/').then(() => 1)", { http: silent }),
        late("() => fetch('http://a.test/').status", { http: silent }),
        late("async () => { await new Promise((r) => setTimeout(r, 20)); return 'awake'; }", {}),
      ]);
      expect([asleep, fetching, suspended]).toEqual(["TIME_LIMIT", "TIME_LIMIT", "TIME_LIMIT"]);
      expect(awake).toBe('"awake"');
      expect(computing).toBe(true);
      stop.abort();
      expect(await hog).toMatchObject({ error: { code: "CANCELLED" } });
    });
  }

  test("meanwhile, a guest that waits can be cancelled", async () => {
    const executor = onOneThread();
    const stop = new AbortController();
    const waiting = run(executor, "() => fetch('http://a.test/').status", { http: silent, signal: stop.signal });
    const stopHog = new AbortController();
    const begun = Promise.withResolvers<void>();
    let computing = true;
    const hog = run(executor, computes("for (;;);"), {
      limits: { timeMs: 60_000 },
      signal: stopHog.signal,
      onProgress: () => begun.resolve(),
    }).finally(() => {
      computing = false;
    });
    await begun.promise;
    stop.abort();
    expect(await waiting).toMatchObject({ error: { code: "CANCELLED" } });
    expect(computing).toBe(true);
    stopHog.abort();
    expect(await hog).toMatchObject({ error: { code: "CANCELLED" } });
  });
});

test("several that compute end one after the other, each with its own result, and short ones go between", async () => {
  const executor = onOneThread();
  const code = `async (n) => {
    await new Promise((r) => setTimeout(r, 5));
    let sum = n;
    for (let i = 0; i < 3_000_000; i++) sum = (sum * 31 + i) % 1_000_003;
    return sum;
  }`;
  const expected = (n: number) => {
    let sum = n;
    for (let i = 0; i < 3_000_000; i++) sum = (sum * 31 + i) % 1_000_003;
    return sum;
  };
  const ended: string[] = [];
  const all = [1, 2, 3, 4].map(async (n) => {
    const output = await outputOf(executor, code, { input: n, limits: { timeMs: 60_000 } });
    ended.push("long");
    return output;
  });
  const short = outputOf(executor, "async () => { await new Promise((r) => setTimeout(r, 20)); return 1; }").then(() =>
    ended.push("short"),
  );
  expect(await Promise.all(all)).toEqual([1, 2, 3, 4].map(expected));
  await short;
  expect(ended.indexOf("short")).toBeLessThan(2);
}, 120_000);
