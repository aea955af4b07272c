import { describe, expect, test } from "bun:test";
import { readText } from "../../../src/domain/shared-text.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { laterTurn } from "../../support/late.ts";
import { outputOf, run, silent } from "../request.ts";

/** An execution ends with CANCELLED at any moment. */
export function cancellationScenarios(executor: () => Executor): void {
  /** Cancels when `when` says so, and gives the outcome's code. */
  async function cancelled(code: string, when: "before" | "progress" | "sent"): Promise<string> {
    const controller = new AbortController();
    const cancel = () => controller.abort();
    if (when === "before") cancel();
    const outcome = await run(executor(), code, {
      signal: controller.signal,
      onProgress: () => {
        if (when === "progress") laterTurn(cancel);
      },
      http: (request, signal) => {
        if (when === "sent") laterTurn(cancel);
        return silent(request, signal);
      },
    });
    return outcome.status === "failed" ? outcome.error.code : readText(outcome.outputJson);
  }

  describe("cancellation", () => {
    test.each([
      ["before it starts", "() => 1", "before"],
      ["before it starts, though it would wait", "() => new Promise((r) => setTimeout(r, 60_000))", "before"],
      [
        "waiting for a timer",
        "(input, { progress }) => { progress(1); return new Promise((r) => setTimeout(r, 60_000)); }",
        "progress",
      ],
      ["suspended in a synchronous fetch", "() => fetch('http://service.test/').status", "sent"],
      ["waiting for a fetch", "async () => { await fetch('http://service.test/'); }", "sent"],
      ["waiting for a fetch nobody looks at", "() => { fetch('http://service.test/'); return 1; }", "sent"],
      [
        "between short turns",
        "(input, { progress }) => { progress(1); return new Promise(() => { setInterval(() => {}, 1); }); }",
        "progress",
      ],
    ] as const)("%s", async (_name, code, when) => {
      expect(await cancelled(code, when)).toBe("CANCELLED");
      expect(await outputOf(executor(), "() => 'next'")).toBe("next");
    });

    test("reaches the task's signal, so that it can give up what it holds", async () => {
      const logs: string[] = [];
      const controller = new AbortController();
      const outcome = await run(
        executor(),
        `(input, { signal, progress }) => {
           signal.addEventListener("abort", () => console.log("told: " + signal.reason.name));
           progress(1);
           return new Promise((resolve) => setTimeout(resolve, 60_000));
         }`,
        {
          signal: controller.signal,
          onProgress: () => laterTurn(() => controller.abort()),
          onLog: ({ message }) => logs.push(message),
        },
      );
      expect(outcome).toMatchObject({ status: "failed", error: { code: "CANCELLED" } });
      expect(logs).toEqual(["told: AbortError"]);
    });

    test("can't be delayed by the task", async () => {
      const code = await cancelled(
        `(input, { signal, progress }) => {
           signal.addEventListener("abort", () => { for (;;); });
           progress(1);
           return new Promise((resolve) => setTimeout(resolve, 60_000));
         }`,
        "progress",
      );
      expect(code).toBe("CANCELLED");
    });

    test("aborts the requests that are under way", async () => {
      const controller = new AbortController();
      let gaveUp = 0;
      await run(executor(), "async () => { await Promise.all([1, 2, 3].map((n) => fetch('http://a.test/' + n))); }", {
        signal: controller.signal,
        http: (request, signal) => {
          signal.addEventListener("abort", () => {
            gaveUp += 1;
          });
          if (request.url.endsWith("3")) laterTurn(() => controller.abort());
          return silent(request, signal);
        },
      });
      expect(gaveUp).toBe(3);
    });

    test("leaves nothing behind on a signal that many executions share", async () => {
      const controller = new AbortController();
      let listeners = 0;
      const { signal } = controller;
      const add = signal.addEventListener.bind(signal);
      const remove = signal.removeEventListener.bind(signal);
      signal.addEventListener = (...given: Parameters<typeof add>) => {
        listeners += 1;
        add(...given);
      };
      signal.removeEventListener = (...given: Parameters<typeof remove>) => {
        listeners -= 1;
        remove(...given);
      };
      for (let i = 0; i < 5; i++) await run(executor(), "() => new Promise((r) => setTimeout(r, 1))", { signal });
      expect(listeners).toBe(0);
    });
  });
}
