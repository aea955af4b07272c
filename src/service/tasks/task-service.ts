import { RatchetError } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { DEFAULT_LIMITS } from "../../domain/limits.ts";
import { noReadme, noWorkflow } from "../../domain/not-found.ts";
import type { Problem } from "../../domain/problem.ts";
import type { SchemaViolation } from "../../domain/task.ts";
import type { WorkflowGraph } from "../../domain/workflow.ts";
import type { Page, SortedPageRequest } from "../../store/contract/page.ts";
import type { TaskFilter, TaskRecord, TaskSort } from "../../store/contract/tasks.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { findTask, lookUpTask, type TaskReference } from "./find-task.ts";
import { type RecentInput, recentInputs } from "./recent-inputs.ts";
import { inputText } from "./runnable-task.ts";
import { readContract, type TaskContract, UNKNOWN_CONTRACT } from "./task-contract.ts";
import { type VersionInUse, versionsInUse } from "./versions-in-use.ts";

/** The result of a check of a task. */
export interface Validation {
  valid: boolean;
  /** Problems in the task's own files. */
  problems: readonly Problem[];
  /** Violations of the input schema, with pointers into the request. */
  violations: SchemaViolation[];
}

/** What to check. */
export interface ValidationRequest {
  /** Exact version. @default the newest */
  version?: string;
  /** An input to check against the input schema. An absent input is not checked; null is. */
  input?: unknown;
}

/** The tasks of the registry and the store. */
export interface TaskService {
  /** @throws {RatchetError} TASK_NOT_FOUND */
  get(reference: TaskReference): Promise<TaskRecord>;
  /** Returns undefined if there is no such task. */
  find(reference: TaskReference): Promise<TaskRecord | undefined>;
  /** Returns a task as it is in a version; undefined if there is no such task or version. */
  findVersion(uuid: string, version: string | undefined): Promise<TaskRecord | undefined>;
  list(filter: TaskFilter, page: SortedPageRequest<TaskSort>): Promise<Page<TaskRecord>>;
  /** Returns the number of tasks that match. */
  count(filter: TaskFilter): Promise<number>;
  /** Returns the tasks of several items by id, with one query. */
  ofItems(items: readonly { taskId: number }[]): Promise<Map<number, TaskRecord>>;
  /** Returns the task of an item; undefined once it is gone from the database. */
  ofItem(item: { taskId: number }): Promise<TaskRecord | undefined>;
  /** Returns the contract of the newest version; all members are null while it can't be loaded. */
  contract(task: Pick<TaskRecord, "uuid" | "version">): Promise<TaskContract>;
  /**
   * Returns the program file as it was written.
   * @param version exact. @default the newest
   * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE, ENVIRONMENT
   */
  programText(reference: TaskReference, version?: string): Promise<{ file: string; text: string }>;
  /**
   * Returns the README of a version.
   * @param version exact. @default the newest
   * @throws {RatchetError} as {@link programText}; README_NOT_FOUND
   */
  readme(reference: TaskReference, version?: string): Promise<{ file: string; text: string }>;
  /**
   * Returns the steps of a workflow, and the edges between them.
   * @param version exact. @default the newest
   * @throws {RatchetError} as {@link programText}; WORKFLOW_NOT_FOUND
   */
  graph(reference: TaskReference, version?: string): Promise<WorkflowGraph>;
  /** Returns the different inputs of the latest jobs, newest first. @param limit @default 10 @throws {RatchetError} TASK_NOT_FOUND */
  inputs(reference: TaskReference, limit?: number): Promise<RecentInput[]>;
  /** Returns the versions that can be run, newest first. */
  availableVersions(task: Pick<TaskRecord, "uuid">): string[];
  /** Returns every version that was ever seen, newest first, and who still runs on it. @throws {RatchetError} TASK_NOT_FOUND */
  versions(reference: TaskReference): Promise<VersionInUse[]>;
  /** Enables or disables a task. A disabled task accepts no new jobs, and its existing jobs wait. @throws {RatchetError} TASK_NOT_FOUND */
  setEnabled(reference: TaskReference, enabled: boolean): Promise<TaskRecord>;
  /**
   * Checks the files of a task, and an input if there is one.
   * @param pointer where the input is in the request
   * @throws {RatchetError} TASK_NOT_FOUND, TASK_INVALID, TASK_UNREADABLE, ENVIRONMENT
   */
  validate(reference: TaskReference, request: ValidationRequest, pointer: string): Promise<Validation>;
}

/** Creates the service of tasks. */
export function createTaskService(deps: ServiceDependencies): TaskService {
  const { registry, store } = deps;
  const { tasks } = store;
  return {
    get: (reference) => findTask(tasks, reference),
    find: (reference) => lookUpTask(tasks, reference),
    async findVersion(uuid, version) {
      const task = await tasks.byUuid(uuid);
      if (task === undefined || version === undefined || version === task.version) return task;
      const found = registry.versions(uuid).find((one) => one.version === version);
      if (found === undefined) return undefined;
      const { label, description, source, validatedAt } = found;
      return { ...task, version, label, description, source, validatedAt };
    },
    list: (filter, page) => tasks.list(filter, page),
    count: (filter) => tasks.count(filter),
    async ofItems(items) {
      const ids = [...new Set(items.map(({ taskId }) => taskId))];
      const records = ids.length === 0 ? [] : await tasks.getMany(ids);
      return new Map(records.map((task) => [task.id, task]));
    },
    ofItem: ({ taskId }) => tasks.get(taskId),
    async contract({ uuid, version }) {
      try {
        const { task } = await registry.open(uuid, version);
        return await readContract(task, deps.caps ?? DEFAULT_LIMITS);
      } catch (error) {
        if (error instanceof RatchetError) return UNKNOWN_CONTRACT;
        throw error;
      }
    },
    async programText(reference, version) {
      const { uuid } = await findTask(tasks, reference);
      return (await registry.open(uuid, version ?? null)).task.programText();
    },
    readme: (reference, version) => readmeOf(deps, reference, version ?? null),
    graph: (reference, version) => graphOf(deps, reference, version ?? null),
    inputs: (reference, limit) => recentInputs(deps, reference, limit),
    availableVersions: ({ uuid }) => registry.versions(uuid).map(({ version }) => version),
    versions: async (reference) => versionsInUse(tasks, (await findTask(tasks, reference)).id),
    setEnabled: async (reference, enabled) => tasks.setEnabled((await findTask(tasks, reference)).id, enabled),
    async validate(reference, request, pointer) {
      const { uuid } = await findTask(tasks, reference);
      const version = request.version ?? null;
      const problems = await registry.validate(uuid, version);
      const sound = problems.every(({ severity }) => severity !== "error");
      const checksInput = sound && Object.hasOwn(request, "input");
      const violations = checksInput ? await inputViolations(deps, { uuid, version }, request.input, pointer) : [];
      const placed = violations.map(({ pointer: inside, message }) => ({ pointer: `${pointer}${inside}`, message }));
      // Messages may repeat a value, of the input or of the task's files.
      const masker = (await deps.vault.latest())?.masker;
      const masked = <T>(found: readonly T[]): T[] =>
        found.map((one) => (masker === undefined ? one : (masker.value(one as JsonObject) as T)));
      return { valid: sound && placed.length === 0, problems: masked(problems), violations: masked(placed) };
    },
  };
}

async function readmeOf(
  { registry, store }: Pick<ServiceDependencies, "registry" | "store">,
  reference: TaskReference,
  version: string | null,
): Promise<{ file: string; text: string }> {
  const { uuid, label } = await findTask(store.tasks, reference);
  const readme = await (await registry.open(uuid, version)).task.readme();
  if (readme === undefined) throw noReadme(label);
  return readme;
}

async function graphOf(
  { registry, store }: Pick<ServiceDependencies, "registry" | "store">,
  reference: TaskReference,
  version: string | null,
): Promise<WorkflowGraph> {
  const { uuid, label } = await findTask(store.tasks, reference);
  const graph = await registry.graph(uuid, version);
  if (graph === undefined) throw noWorkflow(label);
  return graph;
}

async function inputViolations(
  { registry, checks }: Pick<ServiceDependencies, "registry" | "checks">,
  { uuid, version }: { uuid: string; version: string | null },
  input: unknown,
  pointer: string,
): Promise<readonly SchemaViolation[]> {
  const opened = await registry.open(uuid, version);
  return (await checks.violations(opened.task, "input", inputText(input, pointer))).violations;
}
