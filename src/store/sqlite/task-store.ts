import { noTask } from "../../domain/not-found.ts";
import type { PinnedJobs, TaskFilter, TaskRecord, TaskSort, TaskStore, TaskVersionRecord } from "../contract/tasks.ts";
import { createBriefMemo } from "./brief-memo.ts";
import type { Sql, SqlValue } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { keep, readKept } from "./kept-versions.ts";
import { readPage, type SortKey } from "./keyset.ts";
import { labelMatches } from "./label-conditions.ts";
import { createLaneBook } from "./lanes.ts";
import type { Predicate } from "./predicate.ts";
import { syncTasks } from "./task-sync.ts";
import type { Writer } from "./writer.ts";

interface TaskRow {
  id: number;
  uuid: string;
  label: string;
  description: string;
  enabled: number;
  version: string;
  source: string | null;
  in_sync: number;
  created_at: number;
  updated_at: number;
  validated_at: number | null;
}

function taskFromRow(row: TaskRow): TaskRecord {
  return {
    id: row.id,
    uuid: row.uuid,
    label: row.label,
    description: row.description,
    enabled: row.enabled === 1,
    version: row.version,
    source: row.source,
    inSync: row.in_sync === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    validatedAt: row.validated_at,
  };
}

/** Tasks over SQLite. */
export function createTaskStore(sql: Sql, writer: Writer): TaskStore {
  const one = (row: TaskRow | undefined) => (row === undefined ? undefined : taskFromRow(row));
  /** Every request that creates a job looks for its task. */
  const byLabel = createBriefMemo<string, TaskRecord | undefined>();
  const change = <T>(work: (tx: Tx) => T): Promise<T> =>
    writer.write((tx) => {
      byLabel.clear();
      return work(tx);
    });
  return {
    get: async (id) => one(sql.get<TaskRow>("SELECT * FROM tasks WHERE id = ?", id)),
    async getMany(ids) {
      const query = "SELECT * FROM tasks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id";
      return sql.all<TaskRow>(query, JSON.stringify(ids)).map(taskFromRow);
    },
    byUuid: async (uuid) => one(sql.get<TaskRow>("SELECT * FROM tasks WHERE uuid = ?", uuid)),
    async byLabel(label) {
      const query = "SELECT * FROM tasks WHERE label = ? ORDER BY in_sync DESC, id LIMIT 1";
      return byLabel.get(label, () => one(sql.get<TaskRow>(query, label)));
    },
    async list(filter, request) {
      const query = { table: "tasks", columns: "*", branches: [predicate(filter)], key: sortKey(request.sort) };
      const page = readPage<TaskRow>(sql, query, request);
      return { items: page.items.map(taskFromRow), nextCursor: page.nextCursor };
    },
    async count(filter) {
      const { where, values } = predicate(filter);
      return sql.get<{ n: number }>(`SELECT count(*) AS n FROM tasks WHERE ${where}`, ...values)?.n ?? 0;
    },
    async versions(taskIds) {
      const rows = sql.all<Omit<TaskVersionRecord, "available" | "kept"> & { available: number; kept: number }>(
        `SELECT task_id AS taskId, version, checksum, source, origin, available, created_at AS createdAt,
           updated_at AS updatedAt, EXISTS (SELECT 1 FROM kept_versions WHERE kept_versions.task_id = task_versions.task_id
             AND kept_versions.version = task_versions.version) AS kept
         FROM task_versions WHERE task_id IN (SELECT value FROM json_each(?)) ORDER BY task_id, created_at, version`,
        JSON.stringify(taskIds),
      );
      return rows.map((row) => ({ ...row, available: row.available === 1, kept: row.kept === 1 }));
    },
    pinnedJobs: async (taskId) =>
      sql.all<PinnedJobs>(
        `SELECT version, status, count(*) AS count FROM jobs INDEXED BY jobs_pinned
          WHERE task_id = ? AND version IS NOT NULL AND finished_at IS NULL GROUP BY version, status`,
        taskId,
      ),
    setEnabled: (id, enabled) => change((tx) => setEnabled(tx, id, enabled)),
    keep: (version) => writer.write((tx) => keep(tx, version)),
    kept: async (uuid, version) => readKept(sql, uuid, version),
    sync: (tasks) => change((tx) => syncTasks(tx, tasks)),
  };
}

function sortKey(sort: TaskSort | "created" | undefined): SortKey | undefined {
  if (sort === "label") return { name: sort, expression: "label" };
  return sort === "updated" ? { name: sort, expression: "updated_at" } : undefined;
}

function predicate(filter: TaskFilter): Predicate {
  const parts: string[] = [];
  const values: SqlValue[] = [];
  const add = (part: string, value: SqlValue) => {
    parts.push(part);
    values.push(value);
  };
  if (filter.enabled !== undefined) add("enabled = ?", filter.enabled ? 1 : 0);
  if (filter.inSync !== undefined) add("in_sync = ?", filter.inSync ? 1 : 0);
  if (filter.source !== undefined) add("source = ?", filter.source);
  if (filter.search !== undefined) {
    parts.push("(instr(lower(label), lower(?)) > 0 OR instr(lower(description), lower(?)) > 0)");
    values.push(filter.search, filter.search);
  }
  if (filter.labels !== undefined) {
    const labels = labelMatches(filter.labels);
    parts.push(labels.where);
    values.push(...labels.values);
  }
  return { where: parts.length === 0 ? "TRUE" : parts.join(" AND "), values };
}

function setEnabled(tx: Tx, id: number, enabled: boolean): TaskRecord {
  tx.sql.run("UPDATE tasks SET enabled = ?, updated_at = ? WHERE id = ?", enabled ? 1 : 0, tx.now, id);
  const row = tx.sql.get<TaskRow>("SELECT * FROM tasks WHERE id = ?", id);
  if (row === undefined) throw noTask(id);
  if (enabled) createLaneBook(tx.sql, tx.now).open({ kind: "pause", taskId: id });
  tx.emit({ type: "task.updated", time: tx.now, taskId: id, data: { enabled } });
  return taskFromRow(row);
}
