import { addressGroup } from "../../lib/address-blocks.ts";
import type { Clock } from "../../lib/clock.ts";

/** How many requests one caller may send within a period. */
export interface QuotaPolicy {
  count: number;
  periodMs: number;
}

/** What is left of a caller's quota. */
export interface QuotaState {
  /** False: this request is one too many. */
  isWithin: boolean;
  /** Requests that are left in this period. */
  remaining: number;
  /** Until the next period begins, in ms. */
  resetMs: number;
}

/** Counts the requests of callers. */
export interface RequestQuota {
  /** Counts a request. @param caller what identifies the caller */
  take(caller: string): QuotaState;
}

/** How many callers are remembered. Beyond that, the ones whose period began first are forgotten. */
const MAX_CALLERS = 50_000;

interface Period {
  endsAt: number;
  used: number;
}

/** Creates the count. A caller's period begins with its first request. */
export function createRequestQuota({ count, periodMs }: QuotaPolicy, clock: Pick<Clock, "monotonic">): RequestQuota {
  /** In the order in which the periods began, because all last equally long. */
  const periods = new Map<string, Period>();

  function forget(now: number): void {
    for (const [caller, { endsAt }] of periods) {
      if (endsAt > now && periods.size <= MAX_CALLERS) break;
      periods.delete(caller);
    }
  }

  return {
    take(caller) {
      const now = clock.monotonic();
      let period = periods.get(caller);
      if (period === undefined || period.endsAt <= now) {
        periods.delete(caller);
        period = { endsAt: now + periodMs, used: 0 };
        periods.set(caller, period);
        forget(now);
      }
      period.used += 1;
      const remaining = Math.max(0, count - period.used);
      return { isWithin: period.used <= count, remaining, resetMs: period.endsAt - now };
    },
  };
}

/** Identifies a caller that did not identify itself. */
export function addressCaller(address: string): string {
  return `address ${addressGroup(address)}`;
}
