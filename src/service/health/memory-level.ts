/** What the server does about its memory, from nothing to the most. Each level includes those before it. */
export const MEMORY_LEVELS = ["normal", "caches_dropped", "claiming_slowed", "work_refused"] as const;

/** One of the {@link MEMORY_LEVELS}. */
export type MemoryLevel = (typeof MEMORY_LEVELS)[number];

/** Below this share of the mark, memory counts as free again. In between nothing changes. */
const LOW_SHARE = 0.9;

/**
 * Returns the next level: one step up while more than the mark is in use, one step down when clearly less is.
 * @param usedBytes resident memory
 * @param highBytes the mark
 */
export function nextMemoryLevel(level: MemoryLevel, usedBytes: number, highBytes: number): MemoryLevel {
  const at = MEMORY_LEVELS.indexOf(level);
  if (usedBytes >= highBytes) return MEMORY_LEVELS[at + 1] ?? level;
  if (usedBytes < highBytes * LOW_SHARE) return MEMORY_LEVELS[at - 1] ?? level;
  return level;
}

/** Returns the share of the usual number of jobs that may run at once. At least one always runs. */
export function claimShare(level: MemoryLevel): number {
  return { normal: 1, caches_dropped: 1, claiming_slowed: 0.25, work_refused: 0 }[level];
}
