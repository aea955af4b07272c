import type { RunStore } from "../store/contract/runs.ts";

/** The engine of this process, for a store that has to wake its guests later. */
export interface EngineRecord {
  /** Its digest, as `SleepingGuest.engine`. */
  engine: string;
  content: Uint8Array;
}

/** Keeps the engines that sleeping guests need. */
export interface EngineKeeper {
  /** Makes sure that the store has the engine of this process, before a guest of it is stored. */
  keep(engine: string): Promise<void>;
  /** Returns the content of another engine; undefined if it is the engine of this process; `lost` if the store has none. */
  other(engine: string): Promise<Uint8Array | undefined | "lost">;
}

/** @param own returns the engine of this process */
export function createEngineKeeper(
  runs: Pick<RunStore, "engine" | "keepEngine">,
  own: () => Promise<EngineRecord>,
): EngineKeeper {
  let kept: Promise<void> | undefined;
  return {
    async keep(engine) {
      const record = await own();
      // A guest of an earlier engine that sleeps again was read from the store.
      if (engine !== record.engine) return;
      kept ??= runs.keepEngine(record);
      try {
        await kept;
      } catch (error) {
        kept = undefined;
        throw error;
      }
    },
    async other(engine) {
      if (engine === (await own()).engine) return undefined;
      return (await runs.engine(engine))?.content ?? "lost";
    },
  };
}
