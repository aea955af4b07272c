import { afterAll, beforeAll, describe, test } from "bun:test";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { check } from "./program.ts";
import { run, silent } from "./request.ts";
import { GROUPS } from "./suite.ts";

/** What ran before on the same Worker: each bends, breaks or leaves behind something else. */
const HOSTILE: readonly string[] = [
  "() => { Object.prototype.polluted = 1; Array.prototype.map = null; Promise.prototype.then = null; JSON.parse = null; return 1; }",
  "() => { for (const name of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[name]?.prototype); Object.freeze(globalThis[name]); } catch {} } }",
  "() => { const world = globalThis; for (const name of Object.getOwnPropertyNames(world)) delete world[name]; }",
  "() => { for (;;); }",
  "() => [].reverse.call({ length: 2 ** 53 - 2 })",
  "() => /^(a+)+$/.test('a'.repeat(50) + 'b')",
  "() => { const all = []; for (;;) all.push(new Array(1000).fill(1)); }",
  "() => { (function deeper() { deeper(); })(); }",
  "() => JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))",
  "() => { setInterval(() => { globalThis.late = 1; }, 0); setTimeout(() => { throw 1; }, 1); fetch('http://service.test/'); return 1; }",
  "() => { for (let i = 0; i < 500; i++) { Promise.reject(i); setTimeout(() => {}, 5); crypto.subtle.digest('SHA-1', new Uint8Array(9)); } return 1; }",
  "() => fetch('http://never.test/').status",
  "async () => { await fetch('http://never.test/'); }",
  "() => new Promise(() => {})",
  "() => { for (;;) console.log('flood'); }",
  "() => { Error.prepareStackTrace = () => { for (;;); }; Error.stackTraceLimit = 0; throw new Error('x'); }",
  "() => { Math.random = () => 0; Date.now = () => 0; Date.prototype.toISOString = () => 'x'; performance.now = () => -1; return Math.random(); }",
  "(((",
  "throw new Error('at load')",
  "() => { Headers.prototype.get = () => 'x'; URL.prototype.toString = () => 'x'; Response.prototype.json = null; AbortSignal.prototype.throwIfAborted = null; console.log = null; }",
];
const LIMITS = { timeMs: 20, memoryBytes: 4 * 1024 * 1024, logBytes: 1_000 };

describe("conformance on a Worker that a hostile program has just used", () => {
  let pool: Executor;
  let turn = 0;
  beforeAll(() => {
    pool = createPoolExecutor({ workers: 1 });
  });
  afterAll(() => pool.stop());

  for (const { title, programs } of GROUPS) {
    describe(title, () => {
      for (const program of programs) {
        test(program.name, async () => {
          await run(pool, HOSTILE[turn++ % HOSTILE.length] ?? "", { limits: LIMITS, http: silent });
          await check(pool, program);
        });
      }
    });
  }
});
