import type { NotificationDelivery, TryResult } from "../../domain/notification.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { DeliveryLane, NotificationStore } from "../../store/contract/notifications.ts";
import { LONGEST_PAUSE_MS, pauseAfter } from "./retry-pauses.ts";
import { createSendSlots, type SendSlots } from "./send-slots.ts";

/** Settings and dependencies of a sender. */
export interface SenderOptions {
  notifications: Pick<NotificationStore, "lanes" | "next" | "recordTry">;
  clock: Clock;
  /** Sends a delivery once. @param stopped fires when the server stops */
  send: (delivery: NotificationDelivery, stopped: AbortSignal) => Promise<TryResult>;
  onError: (error: unknown) => void;
  /** A number in [0, 1). @default Math.random */
  random?: () => number;
}

/** Sends what is stored, one delivery at a time to each receiver, so that none holds up another. */
export interface Sender {
  /** Begins with what an earlier process has left. */
  start(): Promise<void>;
  /** Sends what was added for these receivers. */
  wake(lanes: readonly DeliveryLane[]): void;
  /** Ends what is under way. It is sent again by the next process. */
  stop(): Promise<void>;
}

/** How long requests that are under way may take when the server stops, ms. */
const LAST_RESPONSES_MS = 500;
/** Pause after the database could not be read or written, ms. */
const AGAIN_MS = 1_000;
/** The longest that a lane sleeps, ms: the clock may be set. */
const LONGEST_SLEEP_MS = 10 * 60_000;

interface Lane extends DeliveryLane {
  /** It is being worked on. */
  isBusy: boolean;
  /** Something was added while it was worked on. */
  isAwaited: boolean;
  /** Its receiver has not responded to the latest try. */
  isSlow: boolean;
  timer: Timer | undefined;
}

interface SenderState {
  readonly options: SenderOptions;
  readonly lanes: Map<string, Lane>;
  readonly slots: SendSlots;
  readonly stopping: AbortController;
  readonly underWay: Set<Promise<void>>;
  stopped: boolean;
}

export function createSender(options: SenderOptions): Sender {
  const state: SenderState = {
    options,
    lanes: new Map(),
    slots: createSendSlots(options.clock),
    stopping: new AbortController(),
    underWay: new Set(),
    stopped: false,
  };
  return {
    start: async () => wake(state, await options.notifications.lanes()),
    wake: (lanes) => wake(state, lanes),
    stop: () => stop(state),
  };
}

function wake(state: SenderState, lanes: readonly DeliveryLane[]): void {
  for (const { ruleId, targetKey } of lanes) {
    const key = `${ruleId} ${targetKey}`;
    let lane = state.lanes.get(key);
    if (lane === undefined) {
      lane = { ruleId, targetKey, isBusy: false, isAwaited: false, isSlow: false, timer: undefined };
      state.lanes.set(key, lane);
    }
    run(state, key, lane);
  }
}

/** Works on a lane, unless that is being done. */
function run(state: SenderState, key: string, lane: Lane): void {
  if (state.stopped) return;
  lane.isAwaited = true;
  lane.timer?.cancel();
  if (lane.isBusy) return;
  lane.isBusy = true;
  const work = workOn(state, lane)
    .catch((error: unknown) => {
      state.options.onError(error);
      return AGAIN_MS;
    })
    .then((pauseMs) => {
      lane.isBusy = false;
      state.underWay.delete(work);
      if (pauseMs === undefined && !lane.isAwaited) state.lanes.delete(key);
      else sleep(state, key, lane, lane.isAwaited ? 0 : (pauseMs ?? 0));
    });
  state.underWay.add(work);
}

function sleep(state: SenderState, key: string, lane: Lane, ms: number): void {
  if (state.stopped) return;
  lane.timer = state.options.clock.after(Math.min(ms, LONGEST_SLEEP_MS), () => run(state, key, lane));
}

/** Sends what is due. @returns how long to wait for what is next, ms; undefined if nothing waits */
async function workOn(state: SenderState, lane: Lane): Promise<number | undefined> {
  const { notifications, clock } = state.options;
  lane.isAwaited = false;
  while (!state.stopped) {
    const delivery = await notifications.next(lane);
    if (delivery === undefined) return undefined;
    const waitMs = (delivery.nextTryAt ?? 0) - clock.now();
    // A pause that seems longer than it can be began before the clock was set back.
    if (waitMs > 0 && waitMs <= LONGEST_PAUSE_MS) return waitMs;
    await tryOnce(state, lane, delivery);
  }
  return undefined;
}

async function tryOnce(state: SenderState, lane: Lane, delivery: NotificationDelivery): Promise<void> {
  const { notifications, clock, send, random = Math.random } = state.options;
  const free = await state.slots.take(lane.isSlow);
  let result: TryResult;
  try {
    if (state.stopped) return;
    result = await send(delivery, state.stopping.signal);
  } finally {
    free();
  }
  // A try that the end of the server has interrupted does not count.
  if (state.stopping.signal.aborted && !result.delivered) return;
  lane.isSlow = !result.delivered && result.status === null;
  const isEnd = result.delivered || result.isFinal === true;
  const pauseMs = isEnd ? undefined : pauseAfter(delivery.tries + 1, random(), result.retryAfterMs);
  await notifications.recordTry(delivery.id, {
    result,
    nextTryAt: pauseMs === undefined ? null : clock.now() + pauseMs,
  });
}

async function stop(state: SenderState): Promise<void> {
  state.stopped = true;
  for (const { timer } of state.lanes.values()) timer?.cancel();
  const late = state.options.clock.after(LAST_RESPONSES_MS, () => state.stopping.abort());
  await Promise.allSettled(state.underWay);
  late.cancel();
}
