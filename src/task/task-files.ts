import type { SourceLanguage } from "./program/source-language.ts";

/** A position in a file, from 1. */
export interface Place {
  line: number;
  column: number;
}

/** The program of a task that is neither main.js nor main.ts. */
export interface NamedProgram {
  /** Its path among the files of the task. */
  path: string;
  language: SourceLanguage;
  /** What it may import, which is more than the files of the task. */
  importable: { files: TaskFiles; paths: Pick<ReadonlySet<string>, "has"> };
}

/**
 * The files of one task, wherever they come from. Paths are relative, with `/`, such as `tests/first.json`.
 * A file is only read when it is asked for.
 */
export interface TaskFiles {
  /** Location of the task as the user would write it: a directory, `archive.zip` or `archive.zip!folder`. */
  readonly origin: string;
  /** Returns the name of a file for messages. */
  name(path: string): string;
  /**
   * Returns the content of a file, `undefined` when the file does not exist.
   * @throws {RatchetError} TASK_UNREADABLE when it cannot be read; TASK_INVALID when it is not a regular file, too
   *   large or outside the task
   */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Lists all files, sorted by name. Hidden files and folders (`.git`, `.DS_Store`) are skipped. */
  list(): Promise<readonly string[]>;
  /** The program, if the task is a single file. */
  readonly program?: NamedProgram;
  /**
   * Returns the place of a value, by its JSON pointer, if the file is written in another one: a single file has its metadata
   * and schemas in the program.
   */
  placeOf?(path: string, pointer: string): Place | undefined;
  /**
   * Returns the path on the disk that a file has, or would have if it existed; undefined if it is not a file of its own
   * there, such as one in an archive. Missing if the files are only in memory.
   */
  diskPath?(path: string): string | undefined;
}

/** Maximum size of one file of a task, in bytes. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Maximum size of all files of a task together, in bytes. */
export const MAX_TASK_BYTES = 128 * 1024 * 1024;
/** Maximum number of files in a task or an archive. */
export const MAX_FILES = 20_000;
