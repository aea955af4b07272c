import type { Problem } from "../domain/problem.ts";
import type { TaskContent } from "./content-cache.ts";
import type { TaskVersion } from "./registry.ts";
import type { SourceDefinition, SourceKind } from "./source-definition.ts";

/** A version of a task that a source has. */
export interface SourceEntry {
  version: Omit<TaskVersion, "source" | "validatedAt">;
  /**
   * Reads all files of the task. The caller compares the checksum: the files may have changed since.
   * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
   */
  load(): Promise<TaskContent>;
}

/** What a source has. */
export interface SourceContent {
  kind: SourceKind;
  /** Commit, entity tag or the like. */
  revision: string | null;
  entries: readonly SourceEntry[];
  problems: readonly Problem[];
  /** What could not be had of it this time, so that a part is older than the rest. */
  incomplete?: string;
}

/** Somewhere tasks come from. */
export interface Source {
  readonly definition: SourceDefinition;
  /** Whether it is looked at again from time to time, and not there at once. */
  readonly remote: boolean;
  /**
   * Looks at what is there now.
   * @throws {RatchetError} when it can't be reached or is not what it should be
   */
  look(signal: AbortSignal): Promise<SourceContent>;
  /** The verified copy kept by an earlier process, if there is one. Never rejects for a damaged copy. */
  recall?(): Promise<SourceContent | undefined>;
  /** Calls back after changes. @returns ends that */
  watch?(onChange: () => void): () => void;
}

/** The source is not there at all, and its tasks with it. */
export class SourceMissing extends Error {
  override readonly name = "SourceMissing";
}
