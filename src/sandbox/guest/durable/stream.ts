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
 * one. If the run is cancelled, or an item is not JSON, it is closed: its `finally` runs.
 * @returns what it returns
 */
export async function stream(generator: Generator): Promise<unknown> {
  const problem = host(OPERATION.openStream);
  if (problem !== undefined) throw new Error(`the task has returned a generator, but ${problem as string}`);
  const { next, return: close } = generator;
  let failure: unknown;
  for (;;) {
    const { done, value } = (await apply(next, generator, [])) as IteratorResult<unknown>;
    if (done === true) return value;
    try {
      if (isCancelled()) throw cancelledError("the run was cancelled");
      await write(jsonOf(value, "an item of the stream"));
    } catch (error) {
      failure = error;
      break;
    }
  }
  await apply(close, generator, [undefined]);
  throw failure;
}
