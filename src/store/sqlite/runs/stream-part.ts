import type { ChildEnd } from "../../contract/child-end.ts";
import type { PartLimits, StreamPart } from "../../contract/run-streams.ts";
import type { Sql } from "../connection.ts";
import { parseStoredError } from "../job-rows.ts";

interface SourceRow {
  source_id: number;
  source: string;
  id: number | null;
  status: string | null;
  finished_at: number | null;
  run_id: number | null;
  task_id: number | null;
  version: string | null;
  error: string | null;
  items: number | null;
  cut: number | null;
}

const NONE: StreamPart = { sourceId: 0, source: "", items: [], end: null, isCut: false };

/** Reads the next items of the stream that is the input of a job. */
export function readPart(sql: Sql, jobId: number, from: number, limits: PartLimits): StreamPart {
  // First whether it has ended: what was written before is then there.
  const row = sql.get<SourceRow>(
    `SELECT source_id, source, jobs.id, jobs.status, jobs.finished_at, jobs.run_id, jobs.task_id, jobs.version, jobs.error,
        runs.items, run_streams.cut
       FROM run_readers LEFT JOIN jobs ON jobs.id = source_id LEFT JOIN run_streams ON run_streams.job_id = source_id
       LEFT JOIN runs ON runs.execution_id = jobs.run_id WHERE run_readers.job_id = ?`,
    jobId,
  );
  if (row === undefined) return NONE;
  const items = row.run_id === null ? [] : readItems(sql, row.run_id, from, limits);
  const isLast = row.id === null || (row.finished_at !== null && from + items.length >= (row.items ?? 0));
  return {
    sourceId: row.source_id,
    source: row.source,
    items,
    end: isLast ? endOf(row) : null,
    isCut: row.cut === 1,
  };
}

/** An item may be large, so only as many are read as fit. */
function readItems(sql: Sql, executionId: number, from: number, { items, bytes }: PartLimits): string[] {
  const sizes = sql.all<{ size: number }>(
    "SELECT octet_length(text) AS size FROM run_items WHERE execution_id = ? AND item >= ? ORDER BY item LIMIT ?",
    executionId,
    from,
    items,
  );
  let total = 0;
  const tooMany = sizes.findIndex(({ size }) => {
    total += size;
    return total > bytes;
  });
  const count = tooMany === -1 ? sizes.length : Math.max(1, tooMany);
  if (count === 0) return [];
  return sql
    .all<{ text: string }>(
      "SELECT text FROM run_items WHERE execution_id = ? AND item >= ? ORDER BY item LIMIT ?",
      executionId,
      from,
      count,
    )
    .map(({ text }) => text);
}

function endOf({ source_id, id, status, run_id, task_id, version, error }: SourceRow): ChildEnd {
  const isGone = id === null;
  return {
    jobId: source_id,
    executionId: run_id,
    taskId: task_id ?? 0,
    version,
    status: isGone ? "gone" : (status as ChildEnd["status"]),
    outputJson: null,
    error: error === null ? null : parseStoredError(error),
  };
}
