import type { Page, SortedPageRequest } from "./page.ts";

/** A task as stored: a reference to what the registry has, and its history. Times are ms since the epoch. */
export interface TaskRecord {
  id: number;
  uuid: string;
  label: string;
  description: string;
  /** A disabled task takes no new jobs, and those it has wait. */
  enabled: boolean;
  /** Newest available version; the last one known when no source has the task any more. */
  version: string;
  /** Registry source, null when none has it any more. */
  source: string | null;
  /** Whether a source still has what is stored here. */
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
  /** Where it came from, as the user would name it. */
  origin: string;
  available: boolean;
  createdAt: number;
  updatedAt: number;
}

/** A task as the registry has it now. */
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

/** All files of one version, kept for jobs and schedules that ask for it by number. */
export interface KeptVersion {
  uuid: string;
  version: string;
  checksum: string;
  source: string;
  origin: string;
  files: ReadonlyMap<string, Uint8Array>;
}

/** What a synchronisation changed: ids of tasks. */
export interface SyncResult {
  added: number[];
  changed: number[];
  /** No source has them any more. */
  gone: number[];
}

/** Which tasks. */
export interface TaskFilter {
  enabled?: boolean;
  source?: string;
  inSync?: boolean;
}

/** What lists of tasks can be sorted by, beside the time they were made. */
export type TaskSort = "label" | "updated";

/** Tasks and their versions. The registry is the source of truth; nothing is ever deleted here. */
export interface TaskStore {
  get(id: number): Promise<TaskRecord | undefined>;
  getMany(ids: readonly number[]): Promise<TaskRecord[]>;
  byUuid(uuid: string): Promise<TaskRecord | undefined>;
  /** A label need not be unique over all sources: one in sync goes first, then the oldest. */
  byLabel(label: string): Promise<TaskRecord | undefined>;
  list(filter: TaskFilter, page: SortedPageRequest<TaskSort>): Promise<Page<TaskRecord>>;
  count(filter: TaskFilter): Promise<number>;
  /** Versions of several tasks, in the order they were first seen. */
  versions(taskIds: readonly number[]): Promise<TaskVersionRecord[]>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  setEnabled(id: number, enabled: boolean): Promise<TaskRecord>;
  /**
   * Keeps a version's files until no unfinished job and no schedule asks for it, for an hour at least.
   * @returns whether it is kept: not when there is no room for it
   */
  keep(version: KeptVersion): Promise<boolean>;
  kept(uuid: string, version: string): Promise<KeptVersion | undefined>;
  /** Makes the store agree with the registry's whole view. */
  sync(tasks: readonly RegisteredTask[]): Promise<SyncResult>;
}
