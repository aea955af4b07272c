import { DEFAULT_ENGINE } from "../domain/engines.ts";
import { RatchetError } from "../domain/errors.ts";
import { NO_USAGE } from "../domain/execution.ts";
import { createBreather } from "../lib/breather.ts";
import { DurableRelay } from "./durable-relay.ts";
import { type Engine, type EngineTable, engineNamed } from "./engine/engine.ts";
import type { ExecutionPort } from "./engine/engine-request.ts";
import { engineRequest, outcomeOf, reportProgress } from "./engine/outcome.ts";
import { linkSocket } from "./engine/socket-port.ts";
import { createTurns } from "./engine/turns.ts";
import { ENGINES } from "./engines.ts";
import type { Executor, SandboxRequest } from "./executor.ts";

/** How an inline executor is set up. */
export interface InlineOptions {
  /** The engine that the first execution will most likely need: it starts to load at once. @default quickjs */
  expected?: string;
  /** The engines that tasks can choose. @default the engines of this build */
  engines?: EngineTable;
}

/** After so much time of executions that each are short, the thread sees its events before the next one, ms. */
const SEES_EVENTS_AFTER = 100;

/**
 * Creates an executor on the calling thread. It starts no Worker, so a single run is quickest here. A guest that computes
 * pauses from time to time, so that the thread sees its events, such as signals of the process.
 */
export function createInlineExecutor({ expected = DEFAULT_ENGINE, engines = ENGINES }: InlineOptions = {}): Executor {
  const loaded = rememberSuccess((name) => engineNamed(engines, name).load("once"));
  const started = rememberSuccess(async (name) =>
    engineNamed(engines, name).create(await loaded(name), { turns: createTurns() }),
  );
  const stopping = new AbortController();
  const breathe = createBreather(SEES_EVENTS_AFTER);
  // Compiling starts here, on a thread of its own, so that the caller can load the task in the meantime.
  loaded(expected).catch(() => {}); // the execution that needs it reports the error
  return {
    async execute(request) {
      const relay = request.durable && new DurableRelay(request.durable);
      let engine: Engine;
      try {
        engine = await started(request.engine);
      } catch (error) {
        const known = error instanceof RatchetError;
        const cause = known
          ? error
          : new RatchetError("ENVIRONMENT", "the engine could not be loaded", { cause: error });
        return { status: "failed", error: cause, usage: NO_USAGE };
      }
      // One that begins as soon as another has ended, as with continueAsNew, would never let the thread see a signal.
      await breathe();
      return outcomeOf(request, await engine.execute(engineRequest(request), portFor(request, stopping.signal, relay)));
    },
    async stop() {
      stopping.abort();
    },
  };
}

/** Makes something once for each name; after a failure the next call tries again. */
function rememberSuccess<T>(make: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const made = new Map<string, Promise<T>>();
  return (name) => {
    const known = made.get(name);
    if (known !== undefined) return known;
    const promise = Promise.try(make, name);
    made.set(name, promise);
    promise.catch(() => made.delete(name));
    return promise;
  };
}

function portFor(request: SandboxRequest, stopping: AbortSignal, relay: DurableRelay | undefined): ExecutionPort {
  const signals = request.signal === undefined ? [stopping] : [stopping, request.signal];
  return {
    fetch: request.http,
    openSocket: (opening, owner) => linkSocket(request.http, opening, owner),
    log(entry) {
      const received = request.onLog?.(entry);
      return received instanceof Promise ? received : undefined;
    },
    progress: (json) => reportProgress(request, json),
    secretRead: (name) => request.onSecretRead?.(name),
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
    durable: relay,
  };
}
