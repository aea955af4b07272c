import { LOG_LEVELS } from "../../domain/execution.ts";
import type { LogFilter } from "../contract/logs.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { labelMatches } from "./label-conditions.ts";
import type { Predicate } from "./predicate.ts";

/** Lines that are read along one index. */
export interface LogSource extends Predicate {
  index: string;
  /** What the index is in the order of. Within an execution or job, ids rise as times do. */
  order: "time" | "id";
  /** What the index says nothing about: lines are looked at one by one. */
  rest?: Predicate | undefined;
}

/** With more tasks than this, all lines are looked at: merging so many sources costs more. */
const MOST_TASKS = 20;

/** Returns mutually exclusive sources that have all lines of a filter, read along the indexes that leave the least to look at. */
export function sourcesOf(sql: Sql, filter: LogFilter): LogSource[] {
  const { executionId, jobId, taskId } = filter;
  if (executionId !== undefined) return ofExecution(filter, executionId);
  if (jobId !== undefined) return ofJob(sql, filter, jobId);
  const tasks = taskId === undefined ? tasksOf(sql, filter.labels) : [taskId];
  if (tasks !== undefined && tasks.length <= MOST_TASKS) return tasks.map((id) => ofTask(filter, id));
  return [ofTime(filter)];
}

/** The tasks that a list of patterns stands for; undefined if there is no list. */
function tasksOf(sql: Sql, labels: readonly string[] | undefined): number[] | undefined {
  if (labels === undefined) return undefined;
  const { where, values } = labelMatches(labels);
  const rows = sql.all<{ id: number }>(`SELECT id FROM tasks WHERE ${where} LIMIT ?`, ...values, MOST_TASKS + 1);
  return rows.map(({ id }) => id);
}

function ofExecution(filter: LogFilter, executionId: number): LogSource[] {
  const rest = conditions(filter, ["since", "level", "task", "grep", "job"]);
  const source = { index: "logs_line", order: "id", rest } as const;
  return [
    { ...source, where: "execution_id = ? AND seq IS NOT NULL", values: [executionId] },
    { ...source, where: "execution_id = ? AND seq IS NULL", values: [executionId] },
  ];
}

/** Console lines of every attempt, and messages about the job. */
function ofJob(sql: Sql, filter: LogFilter, jobId: number): LogSource[] {
  const rest = conditions(filter, ["since", "level", "task", "grep"]);
  const attempts = sql.all<{ id: number }>(
    "SELECT id FROM executions INDEXED BY executions_job WHERE job_id = ? AND job_id IS NOT NULL AND log_count > 0",
    jobId,
  );
  return [
    ...attempts.map(({ id }): LogSource => {
      return { index: "logs_line", order: "id", where: "execution_id = ? AND seq IS NOT NULL", values: [id], rest };
    }),
    { index: "logs_job", order: "id", where: "job_id = ? AND seq IS NULL", values: [jobId], rest },
  ];
}

function ofTask({ taskId: asked, labels, ...filter }: LogFilter, taskId: number): LogSource {
  const { suffix, where, covered } = levelIndex(filter);
  const since = sinceCondition(filter);
  // A task that was found by its label is one of those that the caller may see.
  const among = asked === undefined || labels === undefined ? {} : { labels };
  return {
    index: `logs_task${suffix}`,
    order: "time",
    where: `task_id = ?${where}${since.where}`,
    values: [taskId, ...since.values],
    rest: conditions({ ...filter, ...among }, covered ? ["task", "grep"] : ["level", "task", "grep"]),
  };
}

function ofTime(filter: LogFilter): LogSource {
  const { suffix, where, covered } = levelIndex(filter);
  const since = sinceCondition(filter);
  return {
    index: suffix === "" ? "logs_time" : `logs${suffix}`,
    order: "time",
    where: `TRUE${where}${since.where}`,
    values: since.values,
    rest: conditions(filter, covered ? ["task", "grep"] : ["level", "task", "grep"]),
  };
}

/** The ending of the index that has only lines of this level and above. */
function levelIndex({ level }: LogFilter): { suffix: string; where: string; covered: boolean } {
  if (level === "warn") return { suffix: "_warn", where: " AND level >= 2", covered: true };
  if (level === "error") return { suffix: "_error", where: " AND level >= 3", covered: true };
  return { suffix: "", where: "", covered: level === undefined || level === "debug" };
}

function sinceCondition({ since }: LogFilter): Predicate {
  return since === undefined ? { where: "", values: [] } : { where: " AND time >= ?", values: [since] };
}

type Condition = "since" | "level" | "task" | "job" | "grep";

/** The conditions that an index does not cover; undefined if it covers all. */
function conditions(filter: LogFilter, of: readonly Condition[]): Predicate | undefined {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (part: string, ...more: SqlValue[]) => {
    parts.push(part);
    values.push(...more);
  };
  const { since, level, taskId, jobId, labels, grep } = filter;
  if (of.includes("since") && since !== undefined) add("time >= ?", since);
  if (of.includes("level") && level !== undefined) add("level >= ?", LOG_LEVELS.indexOf(level));
  if (of.includes("task")) {
    if (taskId !== undefined) add("task_id = ?", taskId);
    if (filter.ofTasks) add("task_id IS NOT NULL");
    if (labels !== undefined) {
      const matching = labelMatches(labels);
      add(`task_id IN (SELECT id FROM tasks WHERE ${matching.where})`, ...matching.values);
    }
  }
  if (of.includes("job") && jobId !== undefined) {
    add("(SELECT job_id FROM executions WHERE id = ?) = ?", filter.executionId ?? 0, jobId);
  }
  if (of.includes("grep") && grep !== undefined && grep !== "") add("instr(message, ?) > 0", grep);
  return parts.length === 0 ? undefined : { where: parts.join(" AND "), values };
}
