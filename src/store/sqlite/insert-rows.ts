import type { Sql, SqlValue } from "./connection.ts";

/** Rows of one statement. A row in a statement of its own costs twice as much: more than half of it is the call. */
const CHUNK = 32;

/**
 * Inserts rows in their order, into a table whose rows get rising numbers.
 * @param into the table and its columns: `events (time, type)`
 * @param row what stands for one row: `(?, 'started')`
 * @returns the ids
 */
export function insertRows(sql: Sql, into: string, row: string, rows: readonly (readonly SqlValue[])[]): number[] {
  const ids: number[] = [];
  while (ids.length < rows.length) {
    // Many or one: so there are two statements to keep and no more.
    const count = rows.length - ids.length < CHUNK ? 1 : CHUNK;
    const chunk = rows.slice(ids.length, ids.length + count);
    const last = sql.run(`INSERT INTO ${into} VALUES ${row}${`, ${row}`.repeat(count - 1)}`, ...chunk.flat()).id;
    // The rows of one statement are numbered without gaps: nobody else writes meanwhile.
    for (let id = last - count + 1; id <= last; id++) ids.push(id);
  }
  return ids;
}
