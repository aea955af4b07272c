import { SUSPECT_RESCUES } from "../../domain/job.ts";

/*
 * A process that dies takes along all the jobs it was running, of which one may be to blame. A job that has lost its
 * process SUSPECT_RESCUES times is a suspect: such jobs run in small groups, the smaller the more often it happened, and
 * in the end alone. So the one to blame uses up its rescues, and those that only ran beside it do not.
 */

/** Suspects that were rescued equally often. */
export interface SuspectGroup {
  /** How many run at once. */
  limit: number;
  /**
   * The age from which on a process runs them, ms. A process that dies in its first moments, or is killed every few
   * seconds, dies of something else.
   */
  settledMs: number;
  /** Rescues of the jobs that belong to it. */
  rescues: { from: number; to: number };
}

const GROUPS: readonly { limit: number; settledMs: number }[] = [
  { limit: 32, settledMs: 1_000 },
  { limit: 8, settledMs: 3_000 },
];
const LAST_GROUP = { limit: 1, settledMs: 10_000 };
const LAST_RESCUES = SUSPECT_RESCUES + GROUPS.length;

/** A suspect that has run for so long no longer holds up others, ms: most that end their process do so at once. */
export const WATCHED_MS = 10_000;

/** The rescues by which a suspect's group is known; undefined when a job is no suspect. */
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
 * When the youngest process is old enough to run a group's suspects.
 * @param startedAt when that process started, ms since the epoch; null when there is none
 */
export function settledAt(group: SuspectGroup, startedAt: number | null): number {
  return (startedAt ?? 0) + group.settledMs;
}
