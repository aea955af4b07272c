import type { KeptRecording } from "../../domain/recording.ts";
import type { RetentionPolicy } from "../contract/retention.ts";
import type { Sql } from "./connection.ts";

/** Stores what a replay of an execution needs, if there is something. */
export function insertRecording(
  { sql, now }: { sql: Sql; now: number },
  executionId: number,
  recording: KeptRecording | undefined,
): void {
  if (recording === undefined) return;
  const { content, reason } = recording;
  sql.run(
    `INSERT OR IGNORE INTO execution_recordings (execution_id, content, reason, bytes, created_at)
     VALUES (?, ?, ?, ?, ?)`,
    executionId,
    content,
    reason,
    content?.byteLength ?? 0,
    now,
  );
}

export function readRecording(sql: Sql, executionId: number): KeptRecording | undefined {
  return sql.get<KeptRecording>("SELECT content, reason FROM execution_recordings WHERE execution_id = ?", executionId);
}

/** Recordings that are dropped in one step: each may have a megabyte. */
const DROPPED_AT_ONCE = 50;

/** Drops the content of recordings that the rule does not keep, oldest first. What remains says why. */
export function dropRecordings(
  { sql, now }: { sql: Sql; now: number },
  { maxAgeMs, maxBytes }: NonNullable<RetentionPolicy["recordings"]>,
): { recordings: number; more: boolean } {
  let dropped = 0;
  if (maxAgeMs !== undefined) {
    dropped += sql.run(
      `UPDATE execution_recordings SET content = NULL, bytes = 0, reason = 'Its retention time is over.'
        WHERE execution_id IN (
          SELECT execution_id FROM execution_recordings INDEXED BY execution_recordings_kept
           WHERE bytes > 0 AND created_at < ? ORDER BY created_at LIMIT ${DROPPED_AT_ONCE})`,
      now - maxAgeMs,
    ).changes;
  }
  if (maxBytes !== undefined) {
    dropped += sql.run(
      `UPDATE execution_recordings SET content = NULL, bytes = 0,
         reason = 'Later recordings needed its place: see retention.recordings.max_size.'
        WHERE execution_id IN (
          SELECT execution_id FROM (
            SELECT execution_id, sum(bytes) OVER (ORDER BY created_at DESC, execution_id DESC) AS total
              FROM execution_recordings INDEXED BY execution_recordings_kept WHERE bytes > 0)
           WHERE total > ? LIMIT ${DROPPED_AT_ONCE})`,
      maxBytes,
    ).changes;
  }
  return { recordings: dropped, more: dropped >= DROPPED_AT_ONCE };
}
