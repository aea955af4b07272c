import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lookup } from "node:dns/promises";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { type Given, outputOf, run } from "../conformance/request.ts";
import { allThreadsSleep, THREADS_VISIBLE } from "../support/busy-threads.ts";
import { eventually } from "../support/eventually.ts";
import { cryptography } from "./hostile/cryptography.ts";
import { hostile } from "./hostile/suite.ts";

hostile(cryptography);

describe("executions with slow cryptography", () => {
  let pool: Executor;
  beforeAll(async () => {
    pool = createPoolExecutor({ workers: 2 });
    await Promise.all(Array.from({ length: 4 }, () => outputOf(pool, "() => 1")));
  });
  afterAll(() => pool.stop());

  test.each([
    "PBKDF2 of many iterations",
    "PBKDF2 many times at once",
    "PBKDF2 for keys, not awaited, and an end at once",
    "RSA keys, many at once",
    "RSA keys, not awaited, and an end at once",
    "ciphers of much data, in a circle",
  ])(
    "compute nothing any more once they have ended: %s",
    async (name) => {
      const { code = "", limits } = cryptography.programs[name] ?? {};
      const timeMs = limits?.timeMs ?? 300;
      await Promise.all(Array.from({ length: 8 }, () => run(pool, code, { limits: { timeMs } })));
      expect(THREADS_VISIBLE ? await allThreadsSleep() : true).toBe(true);
    },
    120_000,
  );

  test("host name look-ups are not delayed while they run, nor small tasks once they are cancelled", async () => {
    const stop = new AbortController();
    const carried: string[] = [];
    const ended: string[] = [];
    const attacks = ["PBKDF2 many times at once", "RSA keys, many at once", "ciphers of much data, in a circle"];
    const running = attacks.flatMap((name) => {
      const { code = "" } = cryptography.programs[name] ?? {};
      const given: Given = {
        limits: { timeMs: 60_000 },
        signal: stop.signal,
        onCarried: () => void carried.push(name),
      };
      return Array.from({ length: 8 }, () => run(pool, code, given).finally(() => ended.push(name)));
    });
    await eventually(() => carried.length > 0);
    for (let i = 0; i < 20; i++) await lookup("localhost");
    expect(ended).toEqual([]);
    stop.abort();
    const outcomes = await Promise.all(running);
    expect(outcomes.map((outcome) => outcome.status === "failed" && outcome.error.code)).toEqual(
      running.map(() => "CANCELLED"),
    );
    expect(await outputOf(pool, "async () => { await null; return 1; }")).toBe(1);
  }, 120_000);
});
