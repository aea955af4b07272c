import type { RunStore } from "../store/contract/runs.ts";

/** The engine of this process, for a store that has to wake its guests later. */
export interface OwnEngine {
  /** As `SleepingGuest.engine`. */
  digest(): Promise<string | undefined>;
  /** What another version needs to wake its guests. */
  record(): Promise<Uint8Array | undefined>;
}

/** Keeps the engines that sleeping guests need. */
export interface EngineKeeper {
  /** Makes sure that the store has the engine of this process, before a guest of it is stored. */
  keep(engine: string): Promise<void>;
  /** Returns the record of another engine; undefined if it is the engine of this process; `lost` if the store has none. */
  other(engine: string): Promise<Uint8Array | undefined | "lost">;
}

export function createEngineKeeper(runs: Pick<RunStore, "engine" | "keepEngine">, own: OwnEngine): EngineKeeper {
  let kept: Promise<void> | undefined;

  async function keepOwn(engine: string): Promise<void> {
    const content = await own.record();
    if (content !== undefined) await runs.keepEngine({ engine, content });
  }

  return {
    async keep(engine) {
      // The engine of a guest of another version was read from the store.
      if (engine !== (await own.digest())) return;
      kept ??= keepOwn(engine);
      try {
        await kept;
      } catch (error) {
        kept = undefined;
        throw error;
      }
    },
    async other(engine) {
      if (engine === (await own.digest())) return undefined;
      return (await runs.engine(engine))?.content ?? "lost";
    },
  };
}
