import type { MemoryHost } from "../../../execution/durable/memory/memory-host.ts";
import type { ExecuteRequest } from "../../../execution/execute.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { poolExecutor } from "../../framework/executors.ts";
import { type ExecuteLine, lineExecutor } from "./line-durable.ts";
import type { ProcessHostOptions } from "./process-host.ts";

/** Carries out what the tasks of lines ask for durably. */
export interface StreamHost {
  execute: ExecuteLine;
  /** Waits for children that outlive their callers, and frees the threads. */
  stop(): Promise<void>;
}

/** What the host of a stream needs. */
export interface StreamHostOptions extends Omit<ProcessHostOptions, "children"> {
  http: ExecuteRequest["http"];
  /** Engine and time zone that the options choose. */
  chosen: Pick<ExecuteRequest, "engine" | "timeZone">;
}

/** Creates the host. It is loaded, and starts threads for called tasks, when a line needs it. */
export function createStreamHost({ http, chosen, ...options }: StreamHostOptions): StreamHost {
  /** Callers hold their places while they wait, so called tasks have threads of their own on each level. */
  const levels = new Map<number, Promise<Executor>>();
  const children = async (depth: number) => {
    const executor = levels.get(depth) ?? poolExecutor();
    levels.set(depth, executor);
    return { executor: await executor, http, ...chosen };
  };
  let loading: Promise<MemoryHost> | undefined;
  return {
    execute: lineExecutor(() => {
      loading ??= import("./process-host.ts").then(({ createProcessHost }) =>
        createProcessHost({ ...options, children }),
      );
      return loading;
    }),
    async stop() {
      await (await loading)?.settled();
      for (const executor of levels.values()) await (await executor).stop();
    },
  };
}
