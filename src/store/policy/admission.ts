import type { AdmissionLane, Lane } from "./lane.ts";
import { nextTokenAt, type Rate } from "./token-bucket.ts";

/** How many jobs a lane admits. */
export interface LaneLimits {
  /** Maximum number of running jobs; null for any number. */
  concurrency: number | null;
  /** Maximum rate of starts; null for any rate. */
  rate: Rate | null;
}

/** A key without limits admits one job at a time: that is what people use keys for. */
export const DEFAULT_KEY_LIMITS: LaneLimits = { concurrency: 1, rate: null };
export const NO_LIMITS: LaneLimits = { concurrency: null, rate: null };

/** How full a lane is. */
export interface LaneState {
  limits: LaneLimits;
  running: number;
  /** When a full lane opens by itself, ms since the epoch; null if only the end of a job opens it. */
  opensAt: number | null;
  /** Number of starts that the rate still permits. */
  tokens: number;
}

/** Why a job cannot start now. */
export interface Block {
  lane: Lane;
  reason: "concurrency" | "rate" | "paused" | "missing";
  /** When the lane opens by itself, ms since the epoch; null if it does not. */
  until: number | null;
}

/** What keeps the next job of a lane from starting; undefined if there is room. @param now ms since the epoch */
export function blockIn(lane: AdmissionLane, state: LaneState, now: number): Block | undefined {
  const { limits, running, opensAt, tokens } = state;
  if (limits.concurrency !== null && running >= limits.concurrency) {
    return { lane, reason: "concurrency", until: opensAt };
  }
  if (limits.rate !== null && tokens < 1) {
    return { lane, reason: "rate", until: nextTokenAt(tokens, limits.rate, now) };
  }
  return undefined;
}

/** A lane after a job of it has started. */
export function afterStart(state: LaneState): LaneState {
  const tokens = state.limits.rate === null ? state.tokens : state.tokens - 1;
  return { limits: state.limits, running: state.running + 1, opensAt: state.opensAt, tokens };
}

/** How many more jobs of a lane can start now; Infinity without limits. */
export function roomIn({ limits, running, tokens }: LaneState): number {
  return Math.min(
    limits.concurrency === null ? Number.POSITIVE_INFINITY : limits.concurrency - running,
    limits.rate === null ? Number.POSITIVE_INFINITY : Math.floor(tokens),
  );
}

/**
 * When a lane that was just filled opens by itself. With a rate it opens with the next token, so that it need not wait
 * for the end of a job.
 * @returns ms since the epoch; null if only the end of a job opens it
 */
export function reopensAt({ limits, opensAt }: LaneState, now: number): number | null {
  return limits.rate === null ? opensAt : nextTokenAt(0, limits.rate, now);
}

/**
 * Until when a job waits for its task. After that it is claimed anyway, and fails with the registry's error.
 * @param since when the task or version disappeared, ms since the epoch
 * @param runAt the earliest time at which the job could have run, ms since the epoch
 */
export function missingUntil(since: number, runAt: number, waitMs: number): number {
  return Math.max(since, runAt) + waitMs;
}
