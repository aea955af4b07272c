import type { UNFINISHED_STATUSES } from "../../domain/job.ts";
import type { Page, SortedPageRequest } from "./page.ts";

/** A task as stored: a reference to the registry, and history. Times are ms since the epoch. */
export interface TaskRecord {
  id: number;
  uuid: string;
  label: string;
  description: string;
  /** A disabled task accepts no new jobs, and the jobs that it has wait. */
  enabled: boolean;
  /** Newest available version, or the last known one if no source has the task any more. */
  version: string;
  /** Registry source; null if no source has the task any more. */
  source: string | null;
  /** Whether a source still has the task. */
  inSync: boolean;
  createdAt: number;
  updatedAt: number;
  validatedAt: number | null;
}

/** A version of a task as stored. */
export interface TaskVersionRecord {
  taskId: number;
  version: string;
  /** SHA-256, hex. */
  checksum: string;
  source: string;
  /** Where it came from, in the user's terms. */
  origin: string;
  available: boolean;
  /** A copy of its files is stored, for jobs and schedules that are pinned to it. */
  kept: boolean;
  createdAt: number;
  updatedAt: number;
}

/** A task as the registry knows it now. */
export interface RegisteredTask {
  uuid: string;
  label: string;
  description: string;
  /** Newest version by semantic versioning. */
  version: string;
  source: string;
  /** When it was last found valid, ms since the epoch. */
  validatedAt: number | null;
  versions: readonly { version: string; checksum: string; source: string; origin: string }[];
}

/** All files of one version, kept for jobs and schedules that are pinned to it. */
export interface KeptVersion {
  uuid: string;
  version: string;
  checksum: string;
  source: string;
  origin: string;
  files: ReadonlyMap<string, Uint8Array>;
}

/** The ids of the tasks that a synchronisation changed. */
export interface SyncResult {
  added: number[];
  changed: number[];
  /** Tasks that no source has any more. */
  gone: number[];
}

/** Selects tasks. */
export interface TaskFilter {
  /** Patterns of labels: only tasks that match one of them. */
  labels?: readonly string[];
  enabled?: boolean;
  source?: string;
  inSync?: boolean;
  /** A text that the label or the description contains, whatever the case of ASCII letters. */
  search?: string;
}

/** How many unfinished jobs of a task are pinned to a version, by their request or because their run began with it. */
export interface PinnedJobs {
  version: string;
  status: (typeof UNFINISHED_STATUSES)[number];
  count: number;
}

/** What lists of tasks can be sorted by, besides creation time. */
export type TaskSort = "label" | "updated";

/** Tasks and their versions. The registry is the source of truth; the store never deletes a task. */
export interface TaskStore {
  get(id: number): Promise<TaskRecord | undefined>;
  getMany(ids: readonly number[]): Promise<TaskRecord[]>;
  byUuid(uuid: string): Promise<TaskRecord | undefined>;
  /** The same label can occur in several sources: tasks in sync are preferred, then older ones. */
  byLabel(label: string): Promise<TaskRecord | undefined>;
  list(filter: TaskFilter, page: SortedPageRequest<TaskSort>): Promise<Page<TaskRecord>>;
  count(filter: TaskFilter): Promise<number>;
  /** Versions of several tasks, in the order in which they were first seen. */
  versions(taskIds: readonly number[]): Promise<TaskVersionRecord[]>;
  /** Unfinished jobs by version and status, in no order. Jobs that are pinned to no version are left out. */
  pinnedJobs(taskId: number): Promise<PinnedJobs[]>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  setEnabled(id: number, enabled: boolean): Promise<TaskRecord>;
  /**
   * Keeps a version's files while unfinished jobs or schedules are pinned to it, and for at least an hour.
   * @returns false if the task is unknown or there is no room
   */
  keep(version: KeptVersion): Promise<boolean>;
  kept(uuid: string, version: string): Promise<KeptVersion | undefined>;
  /** Updates the store to match the registry. @param tasks all tasks that the registry knows */
  sync(tasks: readonly RegisteredTask[]): Promise<SyncResult>;
}
