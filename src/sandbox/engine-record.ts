import { type EngineRecord, type EngineTable, engineNamed } from "./engine/engine.ts";
import { ENGINES } from "./engines.ts";

/**
 * Returns what a store has to keep of an engine, so that later versions can wake the guests that sleep on it.
 * @returns undefined if its guests never sleep
 * @throws {RatchetError} TASK_INVALID, if there is no such engine
 */
export async function engineRecord(name: string, engines: EngineTable = ENGINES): Promise<EngineRecord | undefined> {
  return engineNamed(engines, name).record?.();
}

/** Returns the digest of an engine, which costs much less than its record. */
export async function engineDigest(name: string, engines: EngineTable = ENGINES): Promise<string | undefined> {
  return engineNamed(engines, name).digest?.();
}
