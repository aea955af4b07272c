import { readText } from "../../../src/domain/shared-text.ts";
import type { EngineDefinition } from "../../../src/sandbox/engine/engine.ts";
import { ENGINES } from "../../../src/sandbox/engines.ts";

/** What the echo engine loads. It can be posted to a Worker. */
interface EchoAssets {
  use: string;
}

/**
 * An engine that runs no program: its output says which engine ran, what it had loaded and what it was given. It waits for
 * a fetch if the input has a `url`, so that it passes through the whole port.
 */
export const ECHO: EngineDefinition<EchoAssets> = {
  name: "echo",
  load: async (use) => ({ use }),
  create: async ({ use }, { turns }) => ({
    async execute({ program, inputJson, context }, port) {
      const input = JSON.parse(readText(inputJson)) as { url?: string };
      void port.log({ level: "info", message: "echo", time: 0 });
      port.waits();
      const request = { method: "GET", url: input.url ?? "", headers: [], body: null, maxResponseBytes: 1_000 };
      const status = input.url && (await port.fetch(request, new AbortController().signal)).status;
      port.resumes();
      return {
        outputJson: JSON.stringify({
          engine: "echo",
          use,
          shared: turns !== undefined,
          code: program.code,
          label: context.task.label,
          status,
        }),
        usage: { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 },
      };
    },
  }),
};

/** An engine that loads and then can't start. */
export const BROKEN: EngineDefinition = {
  name: "broken",
  load: async () => ({}),
  create: () => Promise.reject(new Error("it can't start")),
};

/** The engines of these tests. */
export const TEST_ENGINES = { ...ENGINES, echo: ECHO, broken: BROKEN };
