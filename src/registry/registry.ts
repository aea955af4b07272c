import type { ExecutionLimits } from "../domain/limits.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskDefinition } from "../domain/task.ts";
import type { Service } from "../lib/service.ts";
import type { CacheFigures } from "./content-cache.ts";
import type { SourceKind } from "./source-definition.ts";

/** One version of a task, as the registry has it. Its files are read when it is opened. */
export interface TaskVersion {
  uuid: string;
  version: string;
  label: string;
  description: string;
  /** What its metadata asks for; a server may allow less. */
  limits: Partial<ExecutionLimits>;
  /** SHA-256 over names and contents of its files, hex. */
  checksum: string;
  /** Name of the source. */
  source: string;
  /** Where it came from, as the user would name it. */
  origin: string;
  /** When its program and schemas were last found valid, ms since the epoch; null while they were not looked at. */
  validatedAt: number | null;
}

/** How a source stands: never looked at yet, as it is there now, its last verified copy, or nothing to be had. */
export type SourceState = "pending" | "current" | "stale" | "unavailable";

/** What is known about a source. Times are ms since the epoch. */
export interface SourceStatus {
  name: string;
  uri: string;
  kind: SourceKind;
  watch: boolean;
  state: SourceState;
  /** Commit, entity tag or the like of what is served; null where the source has none. */
  revision: string | null;
  /** Number of tasks, and of all their versions. */
  tasks: number;
  versions: number;
  /** When it was last looked at, and when that last succeeded. */
  checkedAt: number | null;
  loadedAt: number | null;
  /** Why the latest look failed; null when it did not. */
  error: string | null;
  /** What is wrong with its tasks: those that could not be loaded, duplicates, invalid programs. */
  problems: readonly Problem[];
}

/** A task made ready to run. */
export interface OpenedTask {
  version: TaskVersion;
  task: TaskDefinition;
}

/** The tasks of all sources. It is the source of truth for what a task is. */
export interface Registry extends Service {
  /**
   * A task, ready to run.
   * @param version exact; the newest by semantic versioning when null (a pre-release only where there is nothing else)
   * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE; ENVIRONMENT while a source that may have it
   *   can't be reached
   */
  open(uuid: string, version: string | null): Promise<OpenedTask>;
  /**
   * Keeps a version for jobs and schedules that ask for it by number, so that it runs when its source has moved on. Not
   * when there is no room left; that is logged.
   * @throws as {@link open}
   */
  keep(uuid: string, version: string): Promise<void>;
  /** All tasks, each with its versions, newest first. */
  tasks(): readonly (readonly TaskVersion[])[];
  /** Newest first; empty when no source has the task. */
  versions(uuid: string): readonly TaskVersion[];
  /** Checks programs, schemas and tests' form of a version now. Empty when nothing is wrong. @throws as {@link open} */
  validate(uuid: string, version: string | null): Promise<readonly Problem[]>;
  /** All sources in the order of the configuration, the embedded one last. */
  sources(): readonly SourceStatus[];
  /**
   * Looks at a source now, or at all; resolves when the store agrees with what was found. A source that fails does not
   * reject: its status says it.
   * @throws {RatchetError} SOURCE_NOT_FOUND
   */
  refresh(name?: string): Promise<readonly SourceStatus[]>;
  /** Figures of the content cache. */
  cache(): CacheFigures;
}
