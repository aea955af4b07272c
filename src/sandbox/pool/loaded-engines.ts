import type { EngineDefinition } from "../engine/engine.ts";

/** An engine whose assets are there. */
export interface LoadedEngine {
  name: string;
  assets: unknown;
}

/** What a pool does once an engine is there, or could not be loaded. */
export interface LoadedEnginesEvents {
  onLoaded: () => void;
  onFailed: (engine: EngineDefinition, error: unknown) => void;
}

/** The engines of a pool. Each is loaded when the first execution needs it, once for all Workers. */
export class LoadedEngines {
  readonly #loaded = new Map<EngineDefinition, LoadedEngine>();
  readonly #loading = new Set<EngineDefinition>();

  constructor(private readonly events: LoadedEnginesEvents) {}

  /** Returns an engine, or undefined while it loads. */
  get(engine: EngineDefinition): LoadedEngine | undefined {
    const loaded = this.#loaded.get(engine);
    if (loaded === undefined && !this.#loading.has(engine)) void this.#load(engine);
    return loaded;
  }

  async #load(engine: EngineDefinition): Promise<void> {
    this.#loading.add(engine);
    try {
      this.#loaded.set(engine, { name: engine.name, assets: await engine.load("many") });
      this.events.onLoaded();
    } catch (error) {
      this.#loading.delete(engine); // the next execution tries again
      this.events.onFailed(engine, error);
    }
  }
}
