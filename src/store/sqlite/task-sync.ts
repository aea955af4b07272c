import type { RegisteredTask, SyncResult } from "../contract/tasks.ts";
import type { Tx } from "./group-commit.ts";
import { createLaneBook } from "./lanes.ts";
import { missingLanesOf } from "./missing-tasks.ts";

interface Known {
  id: number;
  uuid: string;
  label: string;
  description: string;
  version: string;
  source: string | null;
  in_sync: number;
}

/** Updates tasks and versions to match the registry. Those that it no longer has stay, marked as unavailable. */
export function syncTasks(tx: Tx, tasks: readonly RegisteredTask[]): SyncResult {
  const known = new Map(
    tx.sql
      .all<Known>("SELECT id, uuid, label, description, version, source, in_sync FROM tasks")
      .map((row) => [row.uuid, row]),
  );
  const result: SyncResult = { added: [], changed: [], gone: [] };
  for (const task of tasks) {
    const row = known.get(task.uuid);
    known.delete(task.uuid);
    if (row === undefined) {
      const id = add(tx, task);
      syncVersions(tx, id, task.versions);
      result.added.push(id);
    } else {
      const changed = change(tx, row, task);
      if (syncVersions(tx, row.id, task.versions) || changed) result.changed.push(row.id);
    }
  }
  for (const row of known.values()) {
    if (row.in_sync === 0) continue;
    tx.sql.run("UPDATE tasks SET source = NULL, in_sync = 0, updated_at = ? WHERE id = ?", tx.now, row.id);
    syncVersions(tx, row.id, []);
    result.gone.push(row.id);
  }
  const book = createLaneBook(tx.sql, tx.now);
  for (const id of result.changed) {
    for (const lane of missingLanesOf(tx.sql, id)) book.open(lane);
  }
  for (const id of [...result.added, ...result.changed, ...result.gone]) {
    tx.emit({ type: "task.updated", time: tx.now, taskId: id });
  }
  return result;
}

function add(tx: Tx, task: RegisteredTask): number {
  return tx.sql.run(
    `INSERT INTO tasks (uuid, label, description, version, source, created_at, updated_at, validated_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    task.uuid,
    task.label,
    task.description,
    task.version,
    task.source,
    tx.now,
    tx.now,
    task.validatedAt,
  ).id;
}

function change(tx: Tx, row: Known, task: RegisteredTask): boolean {
  const same =
    row.label === task.label &&
    row.description === task.description &&
    row.version === task.version &&
    row.source === task.source &&
    row.in_sync === 1;
  if (same) {
    if (task.validatedAt !== null) {
      tx.sql.run("UPDATE tasks SET validated_at = ? WHERE id = ?", task.validatedAt, row.id);
    }
    return false;
  }
  tx.sql.run(
    `UPDATE tasks SET label = ?, description = ?, version = ?, source = ?, in_sync = 1, updated_at = ?,
       validated_at = coalesce(?, validated_at)
     WHERE id = ?`,
    task.label,
    task.description,
    task.version,
    task.source,
    tx.now,
    task.validatedAt,
    row.id,
  );
  return true;
}

/** @returns whether anything changed */
function syncVersions(tx: Tx, taskId: number, versions: RegisteredTask["versions"]): boolean {
  let changed = false;
  for (const { version, checksum, source, origin } of versions) {
    const written = tx.sql.all(
      `INSERT INTO task_versions (task_id, version, checksum, source, origin, available, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, 1, ?, ?)
       ON CONFLICT (task_id, version) DO UPDATE
         SET checksum = excluded.checksum, source = excluded.source, origin = excluded.origin, available = 1,
             updated_at = excluded.updated_at
         WHERE checksum <> excluded.checksum OR source <> excluded.source OR origin <> excluded.origin OR available = 0
       RETURNING version`,
      taskId,
      version,
      checksum,
      source,
      origin,
      tx.now,
      tx.now,
    );
    if (written.length > 0) changed = true;
  }
  const gone = tx.sql.all(
    `UPDATE task_versions SET available = 0, updated_at = ?
      WHERE task_id = ? AND available = 1 AND version NOT IN (SELECT value FROM json_each(?)) RETURNING version`,
    tx.now,
    taskId,
    JSON.stringify(versions.map((version) => version.version)),
  );
  return changed || gone.length > 0;
}
