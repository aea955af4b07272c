import { RatchetError } from "../domain/errors.ts";
import type { Sql, SqlValue } from "./connection.ts";
import type { Page, PageRequest } from "./contract/page.ts";

/** A condition with its values. */
export interface Predicate {
  where: string;
  values: SqlValue[];
}

/** What is listed and how. */
export interface KeysetQuery {
  table: string;
  columns: string;
  /**
   * The rows wanted, as conditions that exclude each other. Each is read along its own index and the results are
   * merged, so that `status IN (a, b)` costs no sort.
   */
  branches: readonly Predicate[];
  /** Order by (created_at, id) in place of id, for lists bounded by time: read along the index TABLE_created. */
  byTime: boolean;
}

interface Keyed {
  id: number;
  created_at: number;
}

const DEFAULT_LIMIT = 50;
const HIGHEST_LIMIT = 1_000;

/**
 * Reads one page along an index: the work depends on the page, not on the table.
 * @throws {RatchetError} USAGE for a limit or a cursor that can't be
 */
export function readPage<Row extends Keyed>(sql: Sql, query: KeysetQuery, request: PageRequest): Page<Row> {
  const limit = request.limit ?? DEFAULT_LIMIT;
  if (!Number.isInteger(limit) || limit < 1 || limit > HIGHEST_LIMIT) {
    throw new RatchetError("USAGE", `The limit is ${limit}; it must be from 1 to ${HIGHEST_LIMIT}.`);
  }
  const offset = request.offset ?? 0;
  const descending = request.order !== "asc";
  const cursor = request.cursor === undefined ? undefined : parseCursor(request.cursor, query.byTime);
  const comparison = descending ? "<" : ">";
  const direction = descending ? "DESC" : "ASC";
  const order = query.byTime ? `created_at ${direction}, id ${direction}` : `id ${direction}`;
  const after: Predicate =
    cursor === undefined
      ? { where: "", values: [] }
      : query.byTime
        ? { where: ` AND (created_at, id) ${comparison} (?, ?)`, values: [cursor.createdAt, cursor.id] }
        : { where: ` AND id ${comparison} ?`, values: [cursor.id] };
  const source = query.byTime ? `${query.table} INDEXED BY ${query.table}_created` : query.table;
  // One more than asked for tells whether there is another page.
  const wanted = limit + offset + 1;
  const rows = query.branches.flatMap((branch) =>
    sql.all<Row>(
      `SELECT ${query.columns} FROM ${source} WHERE ${branch.where}${after.where} ORDER BY ${order} LIMIT ?`,
      ...branch.values,
      ...after.values,
      wanted,
    ),
  );
  if (query.branches.length > 1) {
    const sign = descending ? -1 : 1;
    rows.sort((a, b) => sign * ((query.byTime ? a.created_at - b.created_at : 0) || a.id - b.id));
  }
  const items = rows.slice(offset, offset + limit);
  const last = items.at(-1);
  const more = rows.length > offset + limit && last !== undefined;
  return { items, nextCursor: more ? formatCursor(last, query.byTime) : null };
}

function formatCursor(row: Keyed, byTime: boolean): string {
  return byTime ? `${row.created_at}.${row.id}` : String(row.id);
}

function parseCursor(text: string, byTime: boolean): { id: number; createdAt: number } {
  const match = (byTime ? /^(\d{1,15})\.(\d{1,15})$/ : /^()(\d{1,15})$/).exec(text);
  if (match === null) {
    throw new RatchetError("USAGE", "The cursor is not one of this list.", {
      remedy: "Use the nextCursor of the page before, with the same filters.",
    });
  }
  return { createdAt: Number(match[1]), id: Number(match[2]) };
}
