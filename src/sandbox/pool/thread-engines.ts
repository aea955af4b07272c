import { type Engine, type EngineTable, type EngineThread, engineNamed } from "../engine/engine.ts";
import type { EngineMessage } from "./protocol.ts";

/** The engines that run on one thread. Each starts when the pool sends what the engine needs. */
export class ThreadEngines {
  readonly #starting = new Map<string, Promise<Engine>>();
  readonly #started = new Map<string, Engine>();

  constructor(
    private readonly table: EngineTable,
    private readonly thread: EngineThread,
  ) {}

  start({ engine, assets }: EngineMessage): void {
    const starting = engineNamed(this.table, engine).create(assets, this.thread);
    this.#starting.set(engine, starting);
    starting.then(
      (started) => this.#started.set(engine, started),
      () => {}, // the executions that need it report the error
    );
  }

  /** Returns an engine that has started, without the turns of a promise, which every execution would pay for. */
  started(name: string): Engine | undefined {
    return this.#started.get(name);
  }

  /** Drops what the engines keep for later executions. */
  dropCaches(): void {
    for (const engine of this.#started.values()) engine.dropCaches?.();
    // Memory of machines is returned only when they are collected.
    Bun.gc(true);
  }

  /** @throws whatever kept the engine from starting */
  async get(name: string): Promise<Engine> {
    const engine = this.#starting.get(name);
    if (engine === undefined) throw new Error(`the Worker was not given the engine ${name}`);
    return engine;
  }
}
