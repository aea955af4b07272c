import type { PoolUsage } from "../../sandbox/pool/pool-usage.ts";
import type { RefusalReason } from "./admission.ts";
import type { MemoryState } from "./memory-watch.ts";

/** What the parts of this server use, besides what the services themselves can read. */
export interface ServerResources {
  /** The threads that run tasks. */
  sandbox(): PoolUsage;
  /** Calls of tasks to other servers in progress. */
  outboundCalls(): number;
  /** The memory of the process. */
  memory(): MemoryState;
  /** How much new work was refused, by reason. */
  refused(): Readonly<Record<RefusalReason, number>>;
  /** How many credentials are remembered. */
  credentials(): number;
  /** Memory that recordings of running executions take, bytes. @default 0 */
  recordingBytes?(): number;
  /** Memory that the bodies of requests take now, bytes. Only the doors of a server know. @default 0 */
  requestBodyBytes?(): number;
  /** The latest events, which the doors keep for clients that listen. @default none */
  recentEvents?(): { count: number; bytes: number };
  /** The latest lines of the log, which are kept for clients that follow it. @default none */
  recentLines?(): { count: number; bytes: number };
}
