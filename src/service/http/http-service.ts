import type { OriginStatus } from "../../http/chain/origins.ts";
import type { ServiceDependencies } from "../dependencies.ts";

/** What is known about the calls of tasks to other servers. */
export interface HttpService {
  /** Lists the origins that tasks of this process have called lately, the one that was called last first. */
  origins(): OriginStatus[];
}

/** Creates the service of outbound HTTP. */
export function createHttpService({ origins }: Pick<ServiceDependencies, "origins">): HttpService {
  return { origins };
}
