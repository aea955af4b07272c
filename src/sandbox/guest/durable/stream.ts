import { OPERATION } from "../../host-operations.ts";
import { jsonOf } from "./arguments.ts";
import { host } from "./base.ts";
import { cancelledError, isCancelled, write } from "./operations.ts";

const { apply } = Reflect;

/** A generator that a task has returned. The task may have changed its prototype, so methods are read once. */
interface Generator {
  next: () => unknown;
  return: (value: unknown) => unknown;
}

/**
 * Writes what a generator yields as items of the run's stream. While there is no room for more, it is not asked for the next
 * one. If the run is cancelled, or an item is not JSON, it is closed: its `finally` runs. The same goes when nobody reads the stream
 * any more, but then that is no failure.
 * @returns what it returns
 */
export async function stream(generator: Generator): Promise<unknown> {
  const problem = host(OPERATION.openStream);
  if (problem !== undefined) throw new Error(`the task has returned a generator, but ${problem as string}`);
  const { next, return: close } = generator;
  let failure: { error: unknown } | undefined;
  for (;;) {
    const { done, value } = (await apply(next, generator, [])) as IteratorResult<unknown>;
    if (done === true) return value;
    try {
      if (isCancelled()) throw cancelledError("the run was cancelled");
      if ((await write(jsonOf(value, "an item of the stream"))) === false) break;
    } catch (error) {
      failure = { error };
      break;
    }
  }
  const { value } = (await apply(close, generator, [undefined])) as IteratorResult<unknown>;
  if (failure !== undefined) throw failure.error;
  return value;
}
