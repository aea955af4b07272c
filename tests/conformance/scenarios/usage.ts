import { describe, expect, test } from "bun:test";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { late } from "../../support/late.ts";
import { echo, run } from "../request.ts";

const LOOP = "for (const until = Date.now() + 120; Date.now() < until; );";

/** What an execution is said to have used. */
export function usageScenarios(executor: () => Executor): void {
  const cpuMs = async (code: string, given?: Parameters<typeof run>[2]) => (await run(executor(), code, given)).usage;

  describe("time on the processor", () => {
    test("contains what the guest computes", async () => {
      const usage = await cpuMs(`() => { ${LOOP} }`);
      expect(usage.cpuMs).toBeGreaterThanOrEqual(119);
      expect(usage.cpuMs).toBeLessThanOrEqual(usage.durationMs);
    });

    test("does not include waiting for a timer or a fetch, suspended or not", async () => {
      const slow = late(() => 60, echo);
      const code = `async () => {
        await new Promise((resolve) => setTimeout(resolve, 60));
        fetch('http://service.test/').status;
        await fetch('http://service.test/');
      }`;
      const usage = await cpuMs(code, { http: slow });
      expect(usage.durationMs).toBeGreaterThan(175);
      expect(usage.cpuMs).toBeGreaterThan(0);
      expect(usage.cpuMs).toBeLessThan(usage.durationMs - 150);
    });

    test("includes the time after a wait, separately for each execution", async () => {
      const waits = "async () => { await new Promise((resolve) => setTimeout(resolve, 20)); }";
      // So much work, and not so much time: they take turns in one thread.
      const works =
        "async () => { await new Promise((resolve) => setTimeout(resolve, 20)); for (let i = 0; i < 3e6; i++); }";
      const [first, second, third] = await Promise.all([cpuMs(works), cpuMs(waits), cpuMs(works)]);
      expect(first?.cpuMs).toBeGreaterThan(5);
      expect(third?.cpuMs).toBeGreaterThan(5);
      expect(second?.cpuMs).toBeLessThan((first?.cpuMs ?? 0) + (third?.cpuMs ?? 0));
    });

    test("is also notified of failures and limits", async () => {
      const loop = await run(executor(), "() => { for (;;); }", { limits: { timeMs: 60 } });
      expect(loop).toMatchObject({ status: "failed", error: { code: "TIME_LIMIT" } });
      expect(loop.usage.cpuMs).toBeGreaterThanOrEqual(50);
    });
  });
}
