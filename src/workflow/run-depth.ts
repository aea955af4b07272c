import type { RunSurroundings } from "../queue/run-host.ts";
import type { RunStore } from "../store/contract/runs.ts";

/** Returns a function that says how many calls the run is nested in. It is looked up once. */
export function createRunDepth(
  { claimed, whenStored }: Pick<RunSurroundings, "claimed" | "whenStored">,
  runs: Pick<RunStore, "depth">,
): () => Promise<number> {
  let depth: Promise<number> | undefined;
  return () => {
    // The store does not know the callers of a child that it does not have yet.
    depth ??=
      claimed.job.parent === null ? Promise.resolve(0) : whenStored().then(() => runs.depth(claimed.executionId));
    return depth;
  };
}
