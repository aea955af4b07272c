import { DEFAULT_ENGINE } from "../domain/engines.ts";
import { RatchetError } from "../domain/errors.ts";
import { NO_USAGE } from "../domain/execution.ts";
import { type Engine, type EngineTable, engineNamed } from "./engine/engine.ts";
import type { ExecutionPort } from "./engine/engine-request.ts";
import { engineRequest, outcomeOf, reportProgress } from "./engine/outcome.ts";
import { ENGINES } from "./engines.ts";
import type { Executor, SandboxRequest } from "./executor.ts";

/** How an inline executor is set up. */
export interface InlineOptions {
  /** The engine that the first execution will most likely need: it starts to load at once. @default quickjs */
  expected?: string;
  /** The engines that tasks can choose. @default the engines of this build */
  engines?: EngineTable;
}

/**
 * Creates an executor on the calling thread. It starts no Worker, so a single run is quickest here. While a guest computes,
 * the thread does nothing else; metering still ends the guest in time.
 */
export function createInlineExecutor({
  expected = DEFAULT_ENGINE,
  engines = ENGINES,
}: InlineOptions = {}): Executor {
  const loading = new Map<string, Promise<unknown>>();
  const started = new Map<string, Promise<Engine>>();
  const stopping = new AbortController();

  const load = (name: string) => {
    const assets = loading.get(name) ?? engineNamed(engines, name).load("once");
    loading.set(name, assets);
    return assets;
  };
  const start = async (name: string) => engineNamed(engines, name).create(await load(name), {});
  const engineFor = (name: string) => {
    const engine = started.get(name) ?? start(name);
    started.set(name, engine);
    return engine;
  };

  // Compiling starts here, on a thread of its own, so that the caller can load the task in the meantime.
  if (Object.hasOwn(engines, expected)) load(expected).catch(() => {}); // the execution that needs it reports the error
  return {
    async execute(request) {
      let engine: Engine;
      try {
        engine = await engineFor(request.engine);
      } catch (error) {
        if (error instanceof RatchetError) return { status: "failed", error, usage: NO_USAGE };
        throw error;
      }
      return outcomeOf(request, await engine.execute(engineRequest(request), portFor(request, stopping.signal)));
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
      const received = request.onLog?.(entry);
      return received instanceof Promise ? received : undefined;
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
