import type { AdmissionLane, Lane } from "./lane.ts";
import { nextTokenAt, type Rate } from "./token-bucket.ts";

/** What a lane lets through. */
export interface LaneLimits {
  /** Jobs at once; null for any number. */
  concurrency: number | null;
  /** null for any number of starts. */
  rate: Rate | null;
}

/** A key nobody set limits for lets one job through at a time: that is what people give keys for. */
export const DEFAULT_KEY_LIMITS: LaneLimits = { concurrency: 1, rate: null };
export const NO_LIMITS: LaneLimits = { concurrency: null, rate: null };

/** How full a lane is. */
export interface LaneState {
  limits: LaneLimits;
  running: number;
  /** When a lane that is full opens by itself, ms since the epoch; null when only the end of a job opens it. */
  opensAt: number | null;
  /** Starts that the rate has left. */
  tokens: number;
}

/** Why a job may not start now. */
export interface Block {
  lane: Lane;
  reason: "concurrency" | "rate" | "paused" | "missing";
  /** When time alone opens the lane, ms since the epoch. */
  until: number | null;
}

/** What keeps the next job of a lane from starting; undefined when there is room. @param now ms since the epoch */
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
 * When time alone opens a lane again after it was filled up: with the next token where there is a rate, so that
 * the lane need not wait for the end of a job.
 * @returns ms since the epoch; null when only the end of a job opens it
 */
export function reopensAt({ limits, opensAt }: LaneState, now: number): number | null {
  return limits.rate === null ? opensAt : nextTokenAt(0, limits.rate, now);
}

/**
 * Until when a job waits for its task. Afterwards it runs all the same, and fails with what the registry says.
 * @param since when the task or version disappeared, ms since the epoch
 * @param runAt from when the job could have run, ms since the epoch
 */
export function missingUntil(since: number, runAt: number, waitMs: number): number {
  return Math.max(since, runAt) + waitMs;
}
