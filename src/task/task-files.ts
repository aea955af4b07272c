/**
 * The files of one task, wherever they come from. Paths are relative, with `/`, such as `tests/first.json`.
 * Nothing is read before it is asked for.
 */
export interface TaskFiles {
  /** Where the task is, as the user would name it: a directory, `archive.zip` or `archive.zip!folder`. */
  readonly origin: string;
  /** Name of one file for messages. */
  name(path: string): string;
  /**
   * Content of a file, `undefined` when there is none.
   * @throws {RatchetError} TASK_UNREADABLE when it cannot be read, TASK_INVALID when it is no plain file, too large or
   *   outside the task
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /** All files, sorted by name. Hidden files and folders (`.git`, `.DS_Store`) are left out. */
  list(): Promise<readonly string[]>;
}

/** Largest single file of a task, bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Largest task, bytes of all files together. */
export const MAX_TASK_BYTES = 128 * 1024 * 1024;
/** Most files of a task or an archive. */
export const MAX_FILES = 20_000;
