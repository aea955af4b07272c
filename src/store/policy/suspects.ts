import { SUSPECT_RESCUES } from "../../domain/job.ts";

/*
 * One of the jobs that a process was running may have brought it down. A job that has lost its process SUSPECT_RESCUES
 * times is a suspect. Suspects run in small groups, which get smaller with each loss, and finally alone. So the job
 * that is to blame uses up its rescues, and those that only ran beside it do not.
 */

/** Suspects that were rescued equally often. */
export interface SuspectGroup {
  /** How many of them run at once. */
  limit: number;
  /**
   * How long a process has to be running before it runs them, ms. A process that dies in its first moments, or is
   * killed every few seconds, dies of something else.
   */
  settledMs: number;
  /** Number of rescues of the jobs in the group. */
  rescues: { from: number; to: number };
}

const GROUPS: readonly { limit: number; settledMs: number }[] = [
  { limit: 32, settledMs: 1_000 },
  { limit: 8, settledMs: 3_000 },
];
const LAST_GROUP = { limit: 1, settledMs: 10_000 };
const LAST_RESCUES = SUSPECT_RESCUES + GROUPS.length;

/**
 * A suspect that has run for this long no longer holds up others, ms: most jobs that end their process do so at once.
 */
export const WATCHED_MS = 10_000;

/** The number of rescues that identifies the group of a suspect; undefined if the job is not a suspect. */
export function groupOf(rescues: number): number | undefined {
  return rescues < SUSPECT_RESCUES ? undefined : Math.min(rescues, LAST_RESCUES);
}

/** @param rescues as {@link groupOf} returned it */
export function suspectGroup(rescues: number): SuspectGroup {
  const group = GROUPS[rescues - SUSPECT_RESCUES];
  if (group !== undefined) return { ...group, rescues: { from: rescues, to: rescues } };
  return { ...LAST_GROUP, rescues: { from: LAST_RESCUES, to: Number.MAX_SAFE_INTEGER } };
}

/**
 * When the youngest process may run the suspects of a group.
 * @param startedAt when that process started, ms since the epoch; null if there is no process
 */
export function settledAt(group: SuspectGroup, startedAt: number | null): number {
  return (startedAt ?? 0) + group.settledMs;
}
