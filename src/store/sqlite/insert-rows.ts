import type { Sql, SqlValue } from "./connection.ts";

/** Rows in one statement. A row in a statement of its own costs twice as much: more than half of that is the call. */
const CHUNKS = [32, 8] as const;

/**
 * Inserts rows in order, into a table that numbers its rows.
 * @param into the table and its columns: `events (time, type)`
 * @param row the values of one row: `(?, 'started')`
 * @returns the ids
 */
export function insertRows(sql: Sql, into: string, row: string, rows: readonly (readonly SqlValue[])[]): number[] {
  const ids: number[] = [];
  while (ids.length < rows.length) {
    const left = rows.length - ids.length;
    // Only these numbers of rows, so that there are only three statements to keep.
    const count = CHUNKS.find((size) => size <= left) ?? 1;
    const chunk = rows.slice(ids.length, ids.length + count);
    const last = sql.run(`INSERT INTO ${into} VALUES ${row}${`, ${row}`.repeat(count - 1)}`, ...chunk.flat()).id;
    // The rows of one statement are numbered without gaps, because nothing else writes in the meantime.
    for (let id = last - count + 1; id <= last; id++) ids.push(id);
  }
  return ids;
}
