import { engineRequest, outcomeOf, reportProgress } from "./engine/engine-outcome.ts";
import type { ExecutionPort } from "./engine/engine-request.ts";
import type { Executor, SandboxRequest } from "./executor.ts";
import { loadCoreAssets } from "./quickjs/assets.ts";
import { createEngine, type Engine } from "./quickjs/engine.ts";

/**
 * An executor on the calling thread: no Worker to start, so a single run is quickest here. While a guest computes the
 * thread does nothing else; metering still ends it in time.
 */
export function createInlineExecutor(): Executor {
  // Compiling starts here, on a thread of its own, so that the caller can load the task meanwhile.
  const assets = loadCoreAssets();
  assets.catch(() => {}); // reported by the execution that needs them
  let engine: Engine | undefined;
  const stopping = new AbortController();
  return {
    engine: "quickjs",
    async execute(request) {
      engine ??= createEngine(await assets);
      const result = await engine.execute(engineRequest(request), portFor(request, stopping.signal));
      return outcomeOf(request, result);
    },
    async stop() {
      stopping.abort();
    },
  };
}

function portFor(request: SandboxRequest, stopping: AbortSignal): ExecutionPort {
  const signals = request.signal === undefined ? [stopping] : [stopping, request.signal];
  return {
    fetch: request.http,
    log(entry) {
      const taken = request.onLog?.(entry);
      return taken instanceof Promise ? taken : undefined;
    },
    progress: (json) => reportProgress(request, json),
    cancelled: () => signals.some((signal) => signal.aborted),
    onCancel(callback) {
      for (const signal of signals) signal.addEventListener("abort", callback, { once: true });
      return () => {
        for (const signal of signals) signal.removeEventListener("abort", callback);
      };
    },
    waits: () => {},
    resumes: () => {},
    useMemory: () => undefined,
    takeMemory: () => {},
  };
}
