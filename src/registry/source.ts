import type { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskContent } from "./content-cache.ts";
import type { TaskVersion } from "./registry.ts";
import type { SourceDefinition, SourceKind } from "./source-definition.ts";

/** A version of a task in a source. */
export interface SourceEntry {
  version: Omit<TaskVersion, "source" | "validatedAt">;
  /**
   * Reads all files of the task. The caller compares the checksum, because the files may have changed.
   * @throws {RatchetError} TASK_UNREADABLE, TASK_INVALID
   */
  load(): Promise<TaskContent>;
}

/** The content of a source. */
export interface SourceContent {
  kind: SourceKind;
  /** Commit, entity tag or the like. */
  revision: string | null;
  entries: readonly SourceEntry[];
  problems: readonly Problem[];
  /** What the latest scan could not load, so that a part is older than the rest. */
  incomplete?: string;
}

/** A place that tasks are loaded from. */
export interface Source {
  readonly definition: SourceDefinition;
  /** Whether it is fetched over a network: it is scanned at intervals and not available at once. */
  readonly remote: boolean;
  /**
   * Scans the source now.
   * @throws {RatchetError} if it can't be reached or is invalid
   */
  scan(signal: AbortSignal): Promise<SourceContent>;
  /** Returns the verified copy of an earlier process, if there is one. Never rejects for a damaged copy. */
  loadCopy?(): Promise<SourceContent | undefined>;
  /** Returns why it does not offer a task that it has, if that is so. */
  refusal?(uuid: string): RatchetError | undefined;
  /** Calls back after changes. @returns a function that stops this */
  watch?(onChange: () => void): () => void;
}

/** The source does not exist, so its tasks do not either. */
export class SourceMissing extends Error {
  override readonly name = "SourceMissing";
}
