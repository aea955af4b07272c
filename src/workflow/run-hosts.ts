import type { RunHosts } from "../queue/run-host.ts";
import { loadRun } from "./load-run.ts";
import type { RunHostOptions } from "./run-host-options.ts";
import { StoreRunHost } from "./store-run-host.ts";

/** Creates the hosts of runs that keep their journals in the store. */
export function createRunHosts(options: RunHostOptions): RunHosts {
  return {
    begin: (surroundings) => new StoreRunHost(options, surroundings, undefined),
    async resume(surroundings) {
      const loaded = await loadRun(options, { executionId: surroundings.claimed.executionId, strict: false });
      options.onMeasured?.({ what: "wake" });
      return new StoreRunHost(options, surroundings, loaded);
    },
  };
}
