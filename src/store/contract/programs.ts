/** Maximum size of one prepared program, bytes. */
export const MAX_PROGRAM_BYTES = 8 * 1024 * 1024;
/** Maximum size of all prepared programs together, bytes. */
export const MAX_PROGRAMS_BYTES = 64 * 1024 * 1024;
/** How long a prepared program stays that nobody uses, ms. */
export const UNUSED_PROGRAM_MS = 30 * 24 * 60 * 60_000;

/**
 * Prepared programs of tasks, so that a restart does not prepare them again. Losing one costs nothing but time. Whoever
 * keeps one chooses a key that contains everything on which its content depends.
 */
export interface ProgramStore {
  /** Returns the content that was kept with a key; undefined if nothing was, or if it is damaged. */
  get(key: string): Promise<Uint8Array | undefined>;
  /**
   * Keeps a content, in place of the one with the same key. Those that were used least recently are deleted when all together
   * have more than {@link MAX_PROGRAMS_BYTES}. Retention deletes those that were unused for {@link UNUSED_PROGRAM_MS}.
   * @returns false if it has more than {@link MAX_PROGRAM_BYTES}
   */
  keep(key: string, content: Uint8Array): Promise<boolean>;
}
