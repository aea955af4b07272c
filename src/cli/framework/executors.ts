import type { Executor } from "../../sandbox/executor.ts";

/** An executor for a single run: on this thread, without a Worker. */
export async function inlineExecutor(): Promise<Executor> {
  const { createInlineExecutor } = await import("../../sandbox/inline.ts");
  return createInlineExecutor();
}

/**
 * An executor for many runs at once, on all processors.
 * @param concurrency runs in flight at most, those that only wait included; as many as memory allows when absent
 */
export async function poolExecutor(concurrency?: number): Promise<Executor> {
  const { availableParallelism } = await import("node:os");
  const { createPoolExecutor } = await import("../../sandbox/pool/pool.ts");
  if (concurrency === undefined) return createPoolExecutor();
  return createPoolExecutor({ workers: Math.min(concurrency, availableParallelism()), concurrency });
}
