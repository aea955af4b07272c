import type { RetentionStore } from "../contract/retention.ts";
import type { Looked } from "./retention-step.ts";
import type { StoreWrites } from "./store-writes.ts";

/** Retention over SQLite. */
export function createRetentionStore(writes: StoreWrites): RetentionStore {
  let looked: Looked = {};
  return {
    async step(policy, limit) {
      const result = await writes.run("retain", [{ policy, limit, looked }], {}, 0);
      looked = result.looked;
      return result.step;
    },
  };
}
