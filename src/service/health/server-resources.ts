import type { PoolUsage } from "../../sandbox/pool/pool-usage.ts";

/** What the parts of this server use, besides what the services themselves can read. */
export interface ServerResources {
  /** The threads that run tasks. */
  sandbox(): PoolUsage;
  /** Calls of tasks to other servers in progress. */
  outboundCalls(): number;
}
