import { lazySession } from "../../../execution/durable/lazy-session.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { dieBySignal, onInterrupt } from "../../framework/interrupt.ts";
import type { DurableSurroundings, RunHost } from "./durable-host.ts";

/** How a run ended that could use durable methods. */
export interface DurableResult {
  result: ExecuteResult;
  /** Nothing more is to be printed: its items were, or it has a stream without items and returned nothing. */
  isPrinted: boolean;
  /** Resolves when everything has ended that it has started. */
  settled(): Promise<void>;
}

/**
 * Executes a task that may use durable methods, again if it asks for that with `continueAsNew`. A task that uses none does not
 * wait for the host to load.
 *
 * The first signal that asks the process to end cancels a run gracefully that has used a durable method, and ends the process
 * at once otherwise. A second signal always does.
 */
export async function executeDurably<T extends ExecuteRequest>(
  request: T,
  surroundings: Omit<DurableSurroundings, "request">,
  execute: (request: T) => Promise<ExecuteResult>,
): Promise<DurableResult> {
  let loading: Promise<RunHost> | undefined;
  const load = () => {
    loading ??= import("./durable-host.ts").then(({ createRunHost }) => createRunHost({ ...surroundings, request }));
    return loading;
  };
  const interrupt = onInterrupt((signal) => {
    if (loading === undefined) dieBySignal(signal);
    else void loading.then((host) => host.interrupt(signal));
  });
  const settled = async () => {
    await (await loading)?.settled();
    interrupt.ignore();
  };
  const start = surroundings.readRows === undefined ? {} : { rows: true };
  for (let next = request; ; ) {
    const { session, opened } = lazySession(async () => (await load()).open(), start);
    const result = await execute({ ...next, durable: session });
    const run = await opened();
    run?.end();
    if (loading === undefined) return { result, isPrinted: false, settled };
    const host = await loading;
    const { renewed } = await import("../../../execution/durable/memory/memory-host.ts");
    const again = run === undefined ? undefined : renewed(request, run);
    if (again !== undefined && !host.isInterrupted()) {
      next = again;
      continue;
    }
    const ended = await host.ended(result);
    return { result: ended, isPrinted: host.isPrinted(ended), settled };
  }
}
