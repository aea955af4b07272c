import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { JsonValue } from "../../../src/domain/json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { createPoolExecutor } from "../../../src/sandbox/pool/pool.ts";
import { ended, requestFor } from "../../conformance/request.ts";
import { allThreadsSleep, THREADS_VISIBLE } from "../../support/busy-threads.ts";
import { probe } from "./probe.ts";
import type { HostileClass } from "./program.ts";

const MEMORY = 32 * 1024 * 1024;
/** For programs that have to be ended, ms; the others get enough time even on a machine that does something else. */
const SHORT = 30;
const LONG = 90_000;

/**
 * Runs every program of some classes on one Worker, and after each a probe that must find the machine as new. How soon after
 * its limit a program ends is measured by the benchmark `kill`.
 */
export function hostile(...classes: readonly HostileClass[]): void {
  let pool: Executor;
  let asNew: JsonValue;
  beforeAll(async () => {
    const fresh = createPoolExecutor({ workers: 1 });
    asNew = await probe(fresh);
    await fresh.stop();
    pool = createPoolExecutor({ workers: 1 });
  });
  afterAll(() => pool.stop());

  for (const { title, programs } of classes) {
    describe(title, () => {
      for (const [name, { code, ends, output, limits, http, message }] of Object.entries(programs)) {
        test(name, async () => {
          const allowed: readonly string[] = [ends ?? "no failure"].flat();
          const timeMs = allowed.includes("TIME_LIMIT") ? SHORT : LONG;
          const given = { limits: { timeMs, memoryBytes: MEMORY, ...limits }, ...(http === undefined ? {} : { http }) };
          const outcome = ended(await pool.execute(requestFor(code, given)));
          if (outcome.status === "completed") {
            expect({ output: JSON.parse(readText(outcome.outputJson)) as JsonValue }).toEqual({
              output: output as JsonValue,
            });
            expect(ends).toBeUndefined();
          } else {
            expect(allowed, outcome.error.message).toContain(outcome.error.code);
            if (message !== undefined) expect(outcome.error.message).toMatch(message);
          }
          expect(await probe(pool)).toEqual(asNew);
        }, 120_000);
      }

      test.skipIf(!THREADS_VISIBLE)("no thread is busy afterwards", async () => {
        expect(await allThreadsSleep()).toBe(true);
      });
    });
  }
}
