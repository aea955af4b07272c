import { MAX_ITEMS, type NotifiedItem } from "../../domain/notification.ts";
import type { NotificationWindow } from "../../store/contract/notifications.ts";

/** How a rule holds events back. */
export interface Throttle {
  /** Length of a window, ms. */
  lengthMs: number;
  /** Messages that are sent at once within a window. */
  burst: number;
}

/** What becomes one message. */
export interface Batch {
  count: number;
  /** The first of them, at most {@link MAX_ITEMS}. */
  items: readonly NotifiedItem[];
}

/** A window after an event or a moment, and the messages to send now. */
export interface Throttled {
  window: NotificationWindow | undefined;
  send: Batch[];
}

/** A rule without a window sends this many messages a minute; what comes on top becomes one message. */
const UNTHROTTLED: Throttle = { lengthMs: 60_000, burst: 60 };

/** Returns how a rule with a window of this length holds events back. */
export function throttleOf(lengthMs: number | undefined): Throttle {
  return lengthMs === undefined || lengthMs === 0 ? UNTHROTTLED : { lengthMs, burst: 1 };
}

/**
 * Handles one event: the first one of a window is sent at once, and those that follow are held back until the window ends.
 * @param now ms since the epoch
 * @example
 * ```ts
 * const throttle = throttleOf(60_000);
 * const item = { text: "Job 1 failed.", time: 0, path: "/jobs/1" };
 * const first = offer(undefined, throttle, item, 0);
 * first.send.length; // => 1
 * const second = offer(first.window, throttle, item, 10);
 * second.send.length; // => 0
 * expire(second.window, throttle, 60_000).send; // => [{ count: 1, items: [item] }]
 * ```
 */
export function offer(
  window: NotificationWindow | undefined,
  throttle: Throttle,
  item: NotifiedItem,
  now: number,
): Throttled {
  const { window: open, send } = expire(window, throttle, now);
  const single: Batch = { count: 1, items: [item] };
  if (open === undefined) {
    return { window: { endsAt: now + throttle.lengthMs, sent: 1, held: 0, items: [] }, send: [...send, single] };
  }
  if (open.sent < throttle.burst) return { window: { ...open, sent: open.sent + 1 }, send: [...send, single] };
  const items = open.items.length < MAX_ITEMS ? [...open.items, item] : open.items;
  return { window: { ...open, held: open.held + 1, items }, send };
}

/** Ends a window whose time is over. What was held back becomes one message. */
export function expire(window: NotificationWindow | undefined, { lengthMs }: Throttle, now: number): Throttled {
  if (window === undefined) return { window, send: [] };
  const { endsAt, held, items } = window;
  // A window that seems longer than it can be was opened before the clock was set back.
  if (now < endsAt && endsAt - now <= lengthMs) return { window, send: [] };
  return { window: undefined, send: held === 0 ? [] : [{ count: held, items }] };
}
