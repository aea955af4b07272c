import type { RetentionStore } from "../contract/retention.ts";
import type { Looked } from "./retention-step.ts";
import type { StoreWrites } from "./store-writes.ts";

/** Retention over SQLite. @param shorten cuts off the pages at the end of the file that were given back */
export function createRetentionStore(writes: StoreWrites, shorten: () => Promise<void>): RetentionStore {
  let looked: Looked = {};
  let hasFreePages = false;
  return {
    async step(policy, limit) {
      const result = await writes.run("retain", [{ policy, limit, looked }], {}, 0);
      looked = result.looked;
      hasFreePages ||= result.step.pages > 0;
      if (hasFreePages && !result.step.more) {
        hasFreePages = false;
        await shorten();
      }
      return result.step;
    },
  };
}
