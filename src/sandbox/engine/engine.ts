import { RatchetError } from "../../domain/errors.ts";
import type { EngineRequest, EngineResult, ExecutionPort } from "./engine-request.ts";
import type { EngineTally } from "./engine-tally.ts";
import type { Turns } from "./turns.ts";

/** An engine on one thread. It runs several executions at a time, each on a pristine machine of its own. */
export interface Engine {
  /** Never rejects: every failure is a result. */
  execute(request: EngineRequest, port: ExecutionPort): Promise<EngineResult>;
  /** Drops what it keeps for later executions. Absent if it keeps nothing. */
  dropCaches?(): void;
}

/** What a thread offers its engine. */
export interface EngineThread {
  /** Shares the thread among guests that compute. Absent where each guest may compute until it waits or ends. */
  turns?: Turns;
  /** Another thread receives the outputs, so long ones are created in memory that all threads share. @default false */
  sharesOutputs?: boolean;
  /** Receives what the engine counts. @default nothing */
  tally?: EngineTally;
}

/** `once` for a process that runs one task and exits, `many` for Workers that run task after task. */
export type EngineUse = "once" | "many";

/** An engine for a store. */
export interface EngineRecord {
  /** See `SleepingGuest.engine`. */
  digest: string;
  /** Its files, compressed: about a megabyte. */
  record: Uint8Array;
}

/** An engine that tasks can choose. tests/conformance/ says what its executions have to do. */
export interface EngineDefinition<Assets = unknown> {
  /** The value of `engine` in metadata.json. */
  readonly name: string;
  /**
   * Loads what every thread needs, such as a compiled module. A pool loads it once for the use `many` and posts it to
   * its Workers, so the structured clone algorithm has to be able to copy it.
   */
  load(use: EngineUse): Promise<Assets>;
  /** What has to be kept, so that later versions can wake the guests that sleep on this engine. Absent if its guests never sleep. */
  record?(): Promise<EngineRecord>;
  /** Identifies the engine: `EngineRecord.digest`. */
  digest?(): Promise<string>;
  /** Starts the engine on the calling thread. */
  create(assets: Assets, thread: EngineThread): Promise<Engine>;
}

/** Engines by name. */
export type EngineTable = Readonly<Record<string, EngineDefinition>>;

/**
 * Looks up an engine.
 * @throws {RatchetError} TASK_INVALID, with the engines that there are
 */
export function engineNamed(engines: EngineTable, name: string): EngineDefinition {
  const engine = Object.hasOwn(engines, name) ? engines[name] : undefined;
  if (engine !== undefined) return engine;
  throw new RatchetError("TASK_INVALID", `There is no engine ${JSON.stringify(name)}.`, {
    remedy: `Choose one of: ${Object.keys(engines).join(", ")}.`,
  });
}
