import { DELIVERY, OPERATION } from "../../host-operations.ts";
import { readNumber, throwInGuest } from "../machine/values.ts";
import type { HostCall, HostCallContext } from "./calls/call.ts";
import { COMPRESSION_CALLS } from "./calls/compression-calls.ts";
import { CRYPTOGRAPHY_CALLS } from "./calls/cryptography-calls.ts";
import { DURABLE_CALLS } from "./calls/durable-calls.ts";
import { FETCH_CALLS } from "./calls/fetch-calls.ts";
import { INTL_CALLS } from "./calls/intl-calls.ts";
import { OUTCOME_CALLS } from "./calls/outcome-calls.ts";
import { SOCKET_CALLS } from "./calls/socket-calls.ts";
import { TEXT_CALLS } from "./calls/text-calls.ts";
import { TIMER_CALLS } from "./calls/timer-calls.ts";
import { keyOf } from "./deliveries.ts";

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
  ...DURABLE_CALLS,
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

/** What the host delivers later for an operation whose first argument is its number. */
const ANSWERED: Readonly<Record<number, number>> = {
  [OPERATION.setTimer]: DELIVERY.timer,
  [OPERATION.fetch]: DELIVERY.fetch,
  [OPERATION.readFetch]: DELIVERY.body,
  [OPERATION.subtle]: DELIVERY.subtle,
};

/** Notes what the function of a step asks for, so that what follows from it counts as the step's. */
function noteAsking({ machine, durable }: HostCallContext, operation: number, index: number | undefined): void {
  const kind = ANSWERED[operation];
  if (kind !== undefined) durable?.context.steps.ask(keyOf(kind, readNumber(machine, index)));
}

/** Returns the function that performs the host calls of one execution. */
export function hostCalls(
  context: HostCallContext,
): (operation: number, values: readonly number[]) => number | Promise<number> {
  const { machine, loading, loadWasSeen, durable } = context;
  return (operation, values) => {
    if (loading() && SEEN_LOADING.includes(operation)) loadWasSeen();
    if (durable?.context.steps.isStep === true) noteAsking(context, operation, values[0]);
    const call = CALLS[operation]; // a number never names a member that all objects have
    return call === undefined
      ? throwInGuest(machine, `there is no host operation ${operation}`)
      : call(context, values);
  };
}
