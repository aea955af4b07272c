import type { CarriedFetches } from "./carried-fetches.ts";
import type { CarriedSockets } from "./carried-sockets.ts";
import type { PoolJob } from "./pool-job.ts";

/** How often an execution is started, if the threads that have it die before it begins. */
export const MAX_STARTS = 2;

/** An execution that a thread has. */
export interface Carried extends PoolJob {
  id: number;
  slot: number;
  waits: boolean;
  fetches: CarriedFetches;
  sockets?: CarriedSockets;
}
