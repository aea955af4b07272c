import type { LogRule } from "../contract/retention.ts";
import type { Tx } from "./group-commit.ts";

/**
 * A line takes about as much again as its message for its row and its places in the indexes, bytes: a quota that counts
 * messages alone would let empty lines fill the disk.
 */
const LINE_BYTES = 150;

/**
 * Deletes the oldest lines that the rule does not keep, at most `limit` of them.
 * @returns how many
 */
export function deleteOldLines(tx: Tx, { maxAgeMs, maxBytes }: LogRule, limit: number): number {
  const cutoff = maxAgeMs === undefined ? Number.NEGATIVE_INFINITY : tx.now - maxAgeMs;
  let surplus = maxBytes === undefined ? 0 : storedBytes(tx) - maxBytes;
  const oldest = tx.sql.all<{ id: number; time: number; bytes: number }>(
    "SELECT id, time, octet_length(message) AS bytes FROM logs INDEXED BY logs_time ORDER BY time, id LIMIT ?",
    surplus > 0 || cutoff > oldestTime(tx) ? limit : 0,
  );
  const ids: number[] = [];
  let bytes = 0;
  for (const line of oldest) {
    if (surplus <= 0 && line.time >= cutoff) break;
    ids.push(line.id);
    bytes += line.bytes;
    surplus -= line.bytes + LINE_BYTES;
  }
  if (ids.length === 0) return 0;
  tx.sql.run("DELETE FROM logs WHERE id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  tx.counters.addLogs(-ids.length, -bytes);
  return ids.length;
}

/** The size of all lines, bytes. */
function storedBytes({ sql }: Tx): number {
  const totals = sql.get<{ lines: number; bytes: number }>("SELECT lines, bytes FROM log_totals");
  return totals === undefined ? 0 : totals.bytes + totals.lines * LINE_BYTES;
}

function oldestTime({ sql }: Tx): number {
  const row = sql.get<{ time: number }>("SELECT time FROM logs INDEXED BY logs_time ORDER BY time LIMIT 1");
  return row?.time ?? Number.POSITIVE_INFINITY;
}
