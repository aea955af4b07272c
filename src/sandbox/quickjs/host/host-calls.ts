import { OPERATION } from "../../host-operations.ts";
import { throwInGuest } from "../machine/values.ts";
import type { HostCall, HostCallContext } from "./calls/call.ts";
import { COMPRESSION_CALLS } from "./calls/compression-calls.ts";
import { CRYPTOGRAPHY_CALLS } from "./calls/cryptography-calls.ts";
import { FETCH_CALLS } from "./calls/fetch-calls.ts";
import { INTL_CALLS } from "./calls/intl-calls.ts";
import { OUTCOME_CALLS } from "./calls/outcome-calls.ts";
import { TEXT_CALLS } from "./calls/text-calls.ts";
import { TIMER_CALLS } from "./calls/timer-calls.ts";

/** Everything that a guest can do besides computing, by the operation's number. */
const CALLS: Readonly<Record<number, HostCall>> = {
  ...OUTCOME_CALLS,
  ...FETCH_CALLS,
  ...TIMER_CALLS,
  ...TEXT_CALLS,
  ...CRYPTOGRAPHY_CALLS,
  ...INTL_CALLS,
  ...COMPRESSION_CALLS,
};

/** The operations that need an execution. While a program loads, no execution runs. */
const NEEDS_EXECUTION: readonly number[] = [
  OPERATION.fetch,
  OPERATION.unsentFetch,
  OPERATION.setTimer,
  OPERATION.subtle,
  OPERATION.random,
  OPERATION.progress,
  OPERATION.openCompression,
];

/** The operations' names for messages. */
const NAMES: Readonly<Record<number, string>> = {
  ...Object.fromEntries(Object.entries(OPERATION).map(([name, operation]) => [operation, name])),
  [OPERATION.unsentFetch]: "fetch",
  [OPERATION.openCompression]: "compression",
};

/** Returns the function that performs the host calls of one execution. */
export function hostCalls(
  context: HostCallContext,
): (operation: number, values: readonly number[]) => number | Promise<number> {
  const { machine, loading } = context;
  return (operation, values) => {
    if (loading() && NEEDS_EXECUTION.includes(operation)) {
      const name = NAMES[operation];
      return throwInGuest(machine, `${name} can't be used while the program loads: call it inside the task's function`);
    }
    const call = CALLS[operation]; // a number never names a member that all objects have
    return call === undefined
      ? throwInGuest(machine, `there is no host operation ${operation}`)
      : call(context, values);
  };
}
