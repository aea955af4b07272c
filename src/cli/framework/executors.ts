import { defined } from "../../lib/defined.ts";
import type { Executor } from "../../sandbox/executor.ts";

/**
 * Creates an executor for a single run, on this thread, without a Worker.
 * @param engine the engine that the run will most likely need; it starts to load now
 */
export async function inlineExecutor(engine?: string): Promise<Executor> {
  const { createInlineExecutor } = await import("../../sandbox/inline.ts");
  return createInlineExecutor(defined({ expected: engine }));
}

/**
 * Creates an executor for many runs at once, on all processors.
 * @param concurrency the largest number of runs in flight, waiting ones included; absent: as many as memory allows
 */
export async function poolExecutor(concurrency?: number): Promise<Executor> {
  const { availableParallelism } = await import("node:os");
  const { createPoolExecutor } = await import("../../sandbox/pool/pool.ts");
  if (concurrency === undefined) return createPoolExecutor();
  return createPoolExecutor({ workers: Math.min(concurrency, availableParallelism()), concurrency });
}
