import type { JobStatus } from "../../domain/job.ts";
import { formatDuration } from "../../lib/duration.ts";
import type { JobExplanation } from "../contract/job-explanation.ts";
import type { Block, LaneState } from "./admission.ts";
import type { AdmissionLane } from "./lane.ts";
import { durationOfTokens } from "./token-bucket.ts";

/** Jobs ahead of another one are counted up to this number: counting all of them would take too long. */
export const AHEAD_LIMIT = 10_000;

/** The facts that explain why a job does not run. Times are ms since the epoch. */
export type WaitFacts =
  | { kind: "finished"; status: JobStatus }
  | { kind: "running"; workerId: string | null }
  /** @property until when its run wakes by the passing of time alone */
  | { kind: "sleeping"; until: number | null }
  | { kind: "paused" | "needs_attention" | "map" }
  /** @property remaining number of jobs that have not ended */
  | { kind: "waiting_for_jobs"; remaining: number }
  | { kind: "queue_paused"; note: string | null }
  /** @property failedAttempt number of the previous attempt if this is a retry */
  | { kind: "not_due"; runAt: number; failedAttempt: number | null }
  | { kind: "task_paused"; note: string | null }
  | { kind: "task_disabled" }
  | { kind: "task_missing"; version: string | null; until: number | null }
  | LaneFacts
  /** @property ahead number of ready jobs that go first */
  | { kind: "ready"; workers: number; ahead: number };

/** The facts about a lane that admits no more jobs for now. */
export interface LaneFacts {
  kind: "lane";
  lane: AdmissionLane;
  block: Block;
  state: LaneState;
  /** Number of jobs that are parked in the lane and go first. */
  ahead: number;
  /** How often the job was rescued. */
  rescues: number;
}

const NOTHING = { until: null, ahead: null, limit: null, running: null };

/** Explains why a job does not run. */
export function explain(facts: WaitFacts): JobExplanation {
  switch (facts.kind) {
    case "finished":
      return { ...NOTHING, reason: facts.kind, message: `The job is ${facts.status}.` };
    case "running":
      return { ...NOTHING, reason: facts.kind, message: `The job runs on worker ${facts.workerId}.` };
    case "sleeping":
      return { ...NOTHING, reason: facts.kind, message: sleepingMessage(facts.until), until: facts.until };
    case "paused":
      return { ...NOTHING, reason: facts.kind, message: "The job is paused. It goes on when it is resumed." };
    case "needs_attention":
      return {
        ...NOTHING,
        reason: facts.kind,
        message: "The run of the job can't go on by itself. Retry or cancel the job.",
      };
    case "waiting_for_jobs": {
      const jobs = facts.remaining === 1 ? "1 job has" : `${facts.remaining} jobs have`;
      return { ...NOTHING, reason: facts.kind, message: `${jobs} to end before it starts.` };
    }
    case "map":
      return { ...NOTHING, reason: "map_concurrency", message: "Enough other items of its map are under way." };
    case "queue_paused":
      return { ...NOTHING, reason: facts.kind, message: `The whole queue is paused${noted(facts.note)}.` };
    case "not_due":
      return { ...NOTHING, reason: facts.kind, message: notDueMessage(facts), until: facts.runAt };
    case "task_paused":
      return { ...NOTHING, reason: facts.kind, message: `The task is paused${noted(facts.note)}.` };
    case "task_disabled":
      return { ...NOTHING, reason: facts.kind, message: "The task is disabled." };
    case "task_missing":
      return { ...NOTHING, reason: facts.kind, message: missingMessage(facts), until: facts.until };
    case "lane":
      if (facts.lane.kind === "suspect") return suspect(facts);
      return facts.block.reason === "rate" ? rateUsedUp(facts) : full(facts);
    case "ready":
      return ready(facts);
  }
}

const noted = (note: string | null): string => (note === null ? "" : `: ${note}`);

function sleepingMessage(until: number | null): string {
  return `The run of the job sleeps${until === null ? "" : ` until ${new Date(until).toISOString()} at the latest`}.`;
}

function notDueMessage({ runAt, failedAttempt }: Extract<WaitFacts, { kind: "not_due" }>): string {
  const when = new Date(runAt).toISOString();
  if (failedAttempt === null) return `The job is due at ${when}.`;
  return `Attempt ${failedAttempt} failed; the job is retried at ${when}.`;
}

function missingMessage({ version, until }: Extract<WaitFacts, { kind: "task_missing" }>): string {
  const what = version === null ? "the task" : `version ${version} of the task`;
  const end = until === null ? "" : ` until ${new Date(until).toISOString()}, then it fails`;
  return `No source has ${what}. The job waits for it${end}.`;
}

function suspect({ block, state, ahead, rescues }: LaneFacts): JobExplanation {
  const limit = state.limits.concurrency;
  const group = limit === 1 ? "one at a time" : `${limit} at a time`;
  return {
    reason: "suspect",
    message: `The job was running ${rescues} times when its server died. Such jobs run ${group}, to find the one that caused it.`,
    until: block.until,
    ahead,
    limit,
    running: state.running,
  };
}

const ownerOf = (lane: AdmissionLane): string => (lane.kind === "key" ? `the key "${lane.key}"` : "the task");

function rateUsedUp({ lane, block, state: { limits }, ahead }: LaneFacts): JobExplanation {
  const { rate } = limits;
  const howMany = rate === null ? "" : `, ${rate.count} in ${formatDuration(rate.periodMs)},`;
  return {
    ...NOTHING,
    reason: lane.kind === "key" ? "key_rate" : "task_rate",
    message: `The rate limit of ${ownerOf(lane)}${howMany} is used up.`,
    // Each job ahead takes a token.
    until: block.until === null || rate === null ? block.until : block.until + durationOfTokens(ahead, rate),
    ahead,
    limit: rate?.count ?? null,
  };
}

function full({ lane, state: { limits, running }, ahead }: LaneFacts): JobExplanation {
  const limit = limits.concurrency;
  return {
    ...NOTHING,
    reason: lane.kind === "key" ? "key_concurrency" : "task_concurrency",
    message: `${running} of at most ${limit} jobs of ${ownerOf(lane)} are running.`,
    ahead,
    limit,
    running,
  };
}

function ready({ workers, ahead }: Extract<WaitFacts, { kind: "ready" }>): JobExplanation {
  if (workers === 0) {
    return { ...NOTHING, reason: "no_worker", message: "No worker is running. Start a server on this database." };
  }
  const count = ahead === AHEAD_LIMIT ? `${ahead} or more` : String(ahead);
  const message = `The job is ready and waits for a free worker; ${count} ready jobs go first.`;
  return { ...NOTHING, reason: "waiting_for_worker", message, ahead };
}
