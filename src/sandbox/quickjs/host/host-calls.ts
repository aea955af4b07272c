import { OPERATION } from "../../host-operations.ts";
import { throwInGuest } from "../machine/values.ts";
import type { HostCall, HostCallContext } from "./calls/call.ts";
import { COMPRESSION_CALLS } from "./calls/compression-calls.ts";
import { CRYPTOGRAPHY_CALLS } from "./calls/cryptography-calls.ts";
import { FETCH_CALLS } from "./calls/fetch-calls.ts";
import { INTL_CALLS } from "./calls/intl-calls.ts";
import { OUTCOME_CALLS } from "./calls/outcome-calls.ts";
import { SOCKET_CALLS } from "./calls/socket-calls.ts";
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
  ...SOCKET_CALLS,
};

/**
 * The operations that differ between executions, or last longer than one. If a program uses them while it loads, other
 * executions can't start from what it has loaded.
 */
const SEEN_LOADING: readonly number[] = [
  OPERATION.log,
  OPERATION.fetch,
  OPERATION.unsentFetch,
  OPERATION.setTimer,
  OPERATION.subtle,
  OPERATION.random,
  OPERATION.openCompression,
  OPERATION.openSocket,
];

/** Returns the function that performs the host calls of one execution. */
export function hostCalls(
  context: HostCallContext,
): (operation: number, values: readonly number[]) => number | Promise<number> {
  const { machine, loading, loadWasSeen } = context;
  return (operation, values) => {
    if (loading() && SEEN_LOADING.includes(operation)) loadWasSeen();
    const call = CALLS[operation]; // a number never names a member that all objects have
    return call === undefined
      ? throwInGuest(machine, `there is no host operation ${operation}`)
      : call(context, values);
  };
}
