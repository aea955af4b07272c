import type { KeptVersion } from "../contract/tasks.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { createLaneBook } from "./lanes.ts";

/** Maximum total size of the files of all kept versions, bytes. */
const MAX_KEPT_BYTES = 256 * 1024 * 1024;
/** How long a version stays that nothing is pinned to, ms: the job that it was kept for may not be enqueued yet. */
const KEEP_AT_LEAST_MS = 60 * 60_000;

interface KeptRow {
  checksum: string;
  source: string;
  origin: string;
  files: string;
}

export function readKept(sql: Sql, uuid: string, version: string): KeptVersion | undefined {
  const row = sql.get<KeptRow>(
    `SELECT checksum, source, origin, files FROM kept_versions
      WHERE task_id = (SELECT id FROM tasks WHERE uuid = ?) AND version = ?`,
    uuid,
    version,
  );
  if (row === undefined) return undefined;
  const files = Object.entries(JSON.parse(row.files) as Record<string, string>);
  return {
    uuid,
    version,
    checksum: row.checksum,
    source: row.source,
    origin: row.origin,
    files: new Map(files.map(([path, content]) => [path, Uint8Array.fromBase64(content)])),
  };
}

/** @returns false if the task is unknown or there is no room */
export function keep(tx: Tx, { uuid, version, checksum, source, origin, files }: KeptVersion): boolean {
  const id = tx.sql.get<{ id: number }>("SELECT id FROM tasks WHERE uuid = ?", uuid)?.id;
  if (id === undefined) return false;
  const { changes } = tx.sql.run(
    "UPDATE kept_versions SET used_at = ? WHERE task_id = ? AND version = ? AND checksum = ?",
    tx.now,
    id,
    version,
    checksum,
  );
  if (changes > 0) return true;
  let bytes = 0;
  for (const content of files.values()) bytes += content.length;
  const others = tx.sql.get<{ sum: number | null }>(
    "SELECT sum(bytes) AS sum FROM kept_versions WHERE NOT (task_id = ? AND version = ?)",
    id,
    version,
  );
  if ((others?.sum ?? 0) + bytes > MAX_KEPT_BYTES) return false;
  const encoded = JSON.stringify(Object.fromEntries([...files].map(([path, content]) => [path, content.toBase64()])));
  tx.sql.run(
    `INSERT INTO kept_versions (task_id, version, checksum, source, origin, files, bytes, used_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (task_id, version) DO UPDATE SET checksum = excluded.checksum, source = excluded.source,
       origin = excluded.origin, files = excluded.files, bytes = excluded.bytes, used_at = excluded.used_at`,
    id,
    version,
    checksum,
    source,
    origin,
    encoded,
    bytes,
    tx.now,
  );
  createLaneBook(tx.sql, tx.now).open({ kind: "missing", taskId: id, version });
  return true;
}

/** Deletes versions that no unfinished job and no schedule is pinned to. */
export function deleteUnused(tx: Tx): void {
  tx.sql.run(
    `DELETE FROM kept_versions WHERE used_at < ?
       AND NOT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_pinned
         WHERE jobs.task_id = kept_versions.task_id AND jobs.version = kept_versions.version
           AND jobs.version IS NOT NULL AND finished_at IS NULL)
       AND NOT EXISTS (SELECT 1 FROM schedules
         WHERE schedules.task_id = kept_versions.task_id AND schedules.version = kept_versions.version)`,
    tx.now - KEEP_AT_LEAST_MS,
  );
}
