import { OPERATION } from "../../../host-operations.ts";
import { readNumber, throwInGuest } from "../../machine/values.ts";
import { type HostCall, nothing } from "./call.ts";

/** How many timers a guest may have at a time: each takes memory of the host as well. */
const MAX_TIMERS = 50_000;

/** The guest's timers. */
export const TIMER_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.setTimer]: (context, [timer, ms]) => {
    const { machine, deliveries } = context;
    if (deliveries.timersKept >= MAX_TIMERS) {
      return throwInGuest(machine, `a task can set ${MAX_TIMERS} timers at a time`);
    }
    deliveries.setTimer(readNumber(machine, timer), readNumber(machine, ms));
    return nothing(context);
  },
  [OPERATION.clearTimer]: (context, [timer]) => {
    context.deliveries.clearTimer(readNumber(context.machine, timer));
    return nothing(context);
  },
};
