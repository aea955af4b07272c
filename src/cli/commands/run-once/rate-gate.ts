import { parseDuration } from "../../../lib/duration.ts";

/** How many lines may start per period. */
export interface Rate {
  count: number;
  periodMs: number;
}

/** Lets lines start at even intervals. */
export interface RateGate {
  /** Takes the next start. @returns 0, or how long to wait before asking again, in ms */
  take(): number;
  /** Resolves at the next start. */
  wait(): Promise<void>;
}

const MAX_COUNT = 1_000_000;
const MAX_PERIOD_MS = 24 * 60 * 60 * 1_000;
/** A timer can be this late, in ms. The starts that were missed meanwhile are caught up with. */
const SLACK_MS = 20;

/** Parses a rate such as `100/1m`; undefined if it is not one. */
export function readRate(text: string): Rate | undefined {
  const [, count, period] = /^(\d{1,7})\/(.+)$/.exec(text) ?? [];
  const periodMs = parseDuration(/^[a-z]/.test(period ?? "") ? `1${period}` : (period ?? ""));
  if (periodMs === undefined || periodMs < 1 || periodMs > MAX_PERIOD_MS) return undefined;
  if (Number(count) < 1 || Number(count) > MAX_COUNT) return undefined;
  return { count: Number(count), periodMs };
}

/** Creates a gate. The first start is at once. */
export function createRateGate({ count, periodMs }: Rate, now: () => number = () => performance.now()): RateGate {
  const interval = periodMs / count;
  let next = now();
  const gate: RateGate = {
    take: () => {
      const time = now();
      if (time < next) return Math.max(1, Math.ceil(next - time));
      next = Math.max(next, time - SLACK_MS) + interval;
      return 0;
    },
    wait: async () => {
      for (let ms = gate.take(); ms > 0; ms = gate.take()) await new Promise((resolve) => setTimeout(resolve, ms));
    },
  };
  return gate;
}
