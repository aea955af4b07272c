import { reportProgress } from "../engine/outcome.ts";
import type { CarriedFetches } from "./carried-fetches.ts";
import type { CarriedSockets } from "./carried-sockets.ts";
import type { PoolJob } from "./pool-job.ts";
import type { FromWorker } from "./protocol.ts";

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

/** Passes on what an execution reports, and what it asks of its fetches and of the host of its run. */
export function passOn(job: Carried, message: FromWorker): void {
  switch (message.type) {
    case "progress":
      return reportProgress(job.request, message.json);
    case "secret":
      return job.request.onSecretRead?.(message.name);
    case "fetch":
      job.fetched = true;
      return void job.fetches.start(message.call, message.request, message.uploads);
    case "read":
      return void job.fetches.read(message.call, message.all);
    case "upload":
      return job.fetches.upload(message.call, message.piece);
    case "abort":
      return job.fetches.abort(message.call);
    case "durable":
      job.fetched = true;
      job.durable?.begun();
      return job.durable?.send(message.message, message.seed);
  }
}
