import { type Engine, type EngineTable, type EngineThread, engineNamed } from "../engine/engine.ts";
import type { EngineMessage } from "./protocol.ts";

/** The engines that run on one thread. Each starts when the pool sends what the engine needs. */
export class ThreadEngines {
  readonly #engines = new Map<string, Promise<Engine>>();

  constructor(
    private readonly table: EngineTable,
    private readonly thread: EngineThread,
  ) {}

  start({ engine, assets }: EngineMessage): void {
    const starting = engineNamed(this.table, engine).create(assets, this.thread);
    starting.catch(() => {}); // the executions that need it report the error
    this.#engines.set(engine, starting);
  }

  /** @throws whatever kept the engine from starting */
  async get(name: string): Promise<Engine> {
    const engine = this.#engines.get(name);
    if (engine === undefined) throw new Error(`the Worker was not given the engine ${name}`);
    return engine;
  }
}
