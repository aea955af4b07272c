import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { lookup } from "node:dns/promises";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { outputOf, requestFor, run } from "../conformance/request.ts";
import { cryptography } from "./hostile/cryptography.ts";
import { hostile } from "./hostile/suite.ts";

hostile(cryptography);

/** Processor time that an ended execution may still use, ms, and what the process uses on its own meanwhile. */
const AFTER_END = 100;
const OWN = 60;
const WINDOW = 600;
/** On each of the two threads one native operation can be on its way. */
const MOST = 2 * AFTER_END + OWN;

describe("when executions with slow cryptography have ended", () => {
  let pool: Executor;
  beforeAll(async () => {
    pool = createPoolExecutor({ workers: 2 });
    await Promise.all(Array.from({ length: 4 }, () => outputOf(pool, "() => 1")));
  });
  afterAll(() => pool.stop());

  /**
   * Processor time of the whole process in a while after the end of some executions, ms: the least of a few tries, since
   * the runtime also compiles and collects in the background. What goes on computing does so every time.
   */
  async function cpuAfter(code: string, timeMs: number): Promise<number> {
    let least = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && least >= MOST; i++) {
      await Promise.all(Array.from({ length: 8 }, () => run(pool, code, { limits: { timeMs } })));
      const before = process.cpuUsage();
      await Bun.sleep(WINDOW);
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, (user + system) / 1_000);
    }
    return least;
  }

  test.each([
    "PBKDF2 of many iterations",
    "PBKDF2 many times at once",
    "PBKDF2 for keys, not awaited, and an end at once",
    "RSA keys, many at once",
    "RSA keys, not awaited, and an end at once",
    "ciphers of much data, in a circle",
  ])(
    "nothing is computed any more: %s",
    async (name) => {
      const { code = "", limits } = cryptography.programs[name] ?? {};
      expect(await cpuAfter(code, limits?.timeMs ?? 300)).toBeLessThan(MOST);
    },
    30_000,
  );

  test("a look-up of a host name and a small task wait for none of them", async () => {
    const attacks = ["PBKDF2 many times at once", "RSA keys, many at once", "ciphers of much data, in a circle"];
    const running = attacks.flatMap((name) => {
      const { code = "" } = cryptography.programs[name] ?? {};
      return Array.from({ length: 8 }, () => pool.execute(requestFor(code, { limits: { timeMs: 2_000 } })));
    });
    await Bun.sleep(200); // they have begun
    const times = { lookUp: Number.POSITIVE_INFINITY, task: Number.POSITIVE_INFINITY };
    // The least of a few tries, for a machine that does something else. What waited for one of them would do so always.
    for (let i = 0; i < 4; i++) {
      const start = performance.now();
      await lookup("localhost");
      times.lookUp = Math.min(times.lookUp, performance.now() - start);
      await outputOf(pool, "async () => { await null; return 1; }");
      times.task = Math.min(times.task, performance.now() - start);
    }
    const outcomes = await Promise.all(running);
    expect(outcomes.map((outcome) => outcome.status === "failed" && outcome.error.code)).toEqual(
      running.map(() => "TIME_LIMIT"),
    );
    expect(times.lookUp).toBeLessThan(250);
    expect(times.task).toBeLessThan(500);
  }, 30_000);
});
