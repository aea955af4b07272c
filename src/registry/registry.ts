import type { ExecutionLimits } from "../domain/limits.ts";
import type { Problem } from "../domain/problem.ts";
import type { TaskDefinition, TaskDependency } from "../domain/task.ts";
import type { WorkflowGraph } from "../domain/workflow.ts";
import type { Service } from "../lib/service.ts";
import type { CacheStats } from "./content-cache.ts";
import type { SourceKind } from "./source-definition.ts";

/** One version of a task, as the registry has it. Its files are read when it is opened. */
export interface TaskVersion {
  uuid: string;
  version: string;
  label: string;
  description: string;
  /** The limits that its metadata asks for; a server may allow less. */
  limits: Partial<ExecutionLimits>;
  /** The tasks that it needs. @default none */
  dependencies?: readonly TaskDependency[];
  /** SHA-256 of the names and contents of its files, hex. */
  checksum: string;
  /** Name of the source. */
  source: string;
  /** Where it came from, as the user would name it. */
  origin: string;
  /** When its program and schemas were last found valid, ms since the epoch; null before they were checked. */
  validatedAt: number | null;
}

/** State of a source: not scanned yet, up to date, served from its last verified copy, or unavailable. */
export type SourceState = (typeof SOURCE_STATES)[number];

export const SOURCE_STATES = ["pending", "current", "stale", "unavailable"] as const;

/** What is known about a source. Times are ms since the epoch. */
export interface SourceStatus {
  name: string;
  uri: string;
  kind: SourceKind;
  watch: boolean;
  state: SourceState;
  /** Commit, entity tag or the like of the served content; null if the source has none. */
  revision: string | null;
  /** Number of tasks, and of all their versions. */
  tasks: number;
  versions: number;
  /** When it was last scanned, and when a scan last succeeded. */
  checkedAt: number | null;
  loadedAt: number | null;
  /** Why the latest scan failed; null if it succeeded. */
  error: string | null;
  /** Problems of its tasks: tasks that could not be loaded, duplicates, invalid programs. */
  problems: readonly Problem[];
}

/** A task that is ready to run. */
export interface OpenedTask {
  version: TaskVersion;
  task: TaskDefinition;
}

/** The tasks of all sources, and the source of truth about them. */
export interface Registry extends Service {
  /**
   * Returns a task that is ready to run.
   * @param version exact; null for the newest by semantic versioning (a pre-release only if there is no other version)
   * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE; ENVIRONMENT while a source that may have it
   *   can't be reached
   */
  open(uuid: string, version: string | null): Promise<OpenedTask>;
  /**
   * Keeps a version for jobs and schedules that pin it, so that it runs after its source has moved on. If there is no
   * room left, the version is not kept, and that is logged.
   * @throws as {@link open}
   */
  keep(uuid: string, version: string): Promise<void>;
  /** Returns all tasks, each with its versions, newest first. */
  tasks(): readonly (readonly TaskVersion[])[];
  /** Returns a task's versions, newest first; empty if no source has the task. */
  versions(uuid: string): readonly TaskVersion[];
  /** Checks program, schemas and the form of tests of a version now. @returns its problems @throws as {@link open} */
  validate(uuid: string, version: string | null): Promise<readonly Problem[]>;
  /**
   * Returns the steps of a workflow; undefined for a task whose program is code.
   * @param version exact, or null for the newest
   * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE, ENVIRONMENT
   */
  graph(uuid: string, version: string | null): Promise<WorkflowGraph | undefined>;
  /** Returns all sources in the order of the configuration, the embedded one last. */
  sources(): readonly SourceStatus[];
  /**
   * Scans one source now, or all; resolves once the store has the result. If a source fails, its status says so and the
   * promise still resolves.
   * @throws {RatchetError} SOURCE_NOT_FOUND
   */
  refresh(name?: string): Promise<readonly SourceStatus[]>;
  /** Returns the stats of the content cache. */
  cache(): CacheStats;
  /** Empties the content cache. */
  dropCache(): void;
}
