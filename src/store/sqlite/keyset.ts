import { RatchetError } from "../../domain/errors.ts";
import { DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, type Page, type PageRequest } from "../contract/page.ts";
import type { Sql, SqlValue } from "./connection.ts";
import { type Arm, commonIds, type IdBound } from "./id-arms.ts";
import type { Predicate } from "./predicate.ts";

/** Rows to read. */
export interface Branch extends Predicate {
  /** Index to use when only few rows match, which are then sorted if necessary; "" leaves the choice to SQLite. */
  few?: string;
  /** Read only the rows that all of these arms have in common, and check the condition on each. */
  arms?: readonly Arm[];
}

/** What rows are sorted by, before their id. */
export interface SortKey {
  /** Part of cursors, so that a cursor of another order is rejected. */
  name: string;
  /** SQL that is never null. */
  expression: string;
  /** Index to read along. Small tables need no index. */
  index?: string;
}

/** What to list, and how. */
export interface KeysetQuery {
  table: string;
  columns: string;
  /**
   * The rows to read, as mutually exclusive conditions. Each is read along its own index and the results are merged, so
   * that `status IN (a, b)` needs no sorting.
   */
  branches: readonly Branch[];
  /** @default sorted by id alone */
  key?: SortKey | undefined;
  /** SQL for the size of the large values of a row, bytes. {@link PageRequest.maxBytes} limits the total. */
  bytes?: string;
}

/** Sorts by creation time, for lists that are bounded by it. */
export function byCreation(table: string): SortKey {
  return { name: "created", expression: "created_at", index: `${table}_created` };
}

interface Found {
  id: number;
  /** Value of the sort key. */
  sort_key: number | string;
  /** {@link KeysetQuery.bytes} of the row, if there is a limit. */
  size: number;
}

/**
 * Reads one page along an index, so that the cost depends on the page and not on the table.
 * @throws {RatchetError} USAGE for an invalid limit or cursor
 */
export function readPage<Row extends { id: number }>(sql: Sql, query: KeysetQuery, request: PageRequest): Page<Row> {
  const limit = request.limit ?? DEFAULT_PAGE_SIZE;
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_PAGE_SIZE) {
    throw new RatchetError("USAGE", `The limit is ${limit}; it must be from 1 to ${MAX_PAGE_SIZE}.`);
  }
  const { key, table } = query;
  const offset = request.offset ?? 0;
  const measured = request.maxBytes !== undefined && query.bytes !== undefined;
  // Large values are read only once they are known to fit.
  const columns = measured ? `${table}.id, ${query.bytes} AS size` : query.columns;
  // One row more than requested shows whether there is another page.
  const rows = readOrdered<Row & Found>(sql, { ...query, columns }, request, limit + offset + 1);
  const page = rows.slice(offset, offset + limit);
  if (measured) endWithin(page, request.maxBytes ?? 0);
  const last = page.at(-1);
  const more = rows.length > offset + page.length && last !== undefined;
  return {
    items: measured ? readRows<Row>(sql, query, page) : page,
    nextCursor: more ? formatCursor(last, key) : null,
  };
}

function readOrdered<Row extends Found>(sql: Sql, query: KeysetQuery, request: PageRequest, wanted: number): Row[] {
  const { key, table, branches } = query;
  const descending = request.order !== "asc";
  const direction = descending ? "DESC" : "ASC";
  const comparison = descending ? "<" : ">";
  const cursor = request.cursor === undefined ? undefined : parseCursor(request.cursor, key);
  const order = key === undefined ? `id ${direction}` : `${key.expression} ${direction}, id ${direction}`;
  const after: Predicate =
    cursor === undefined
      ? { where: "", values: [] }
      : key === undefined
        ? { where: ` AND id ${comparison} ?`, values: [cursor.id] }
        : { where: ` AND (${key.expression}, id) ${comparison} (?, ?)`, values: [cursor.value, cursor.id] };
  const columns = `${query.columns}, ${key?.expression ?? "id"} AS sort_key`;
  const rows = branches.flatMap(({ where, values, few, arms }) => {
    if (arms !== undefined) {
      const byId = key === undefined && cursor !== undefined ? { is: `${comparison} ?`, id: cursor.id } : undefined;
      const source = branchSource(table, { where, values, arms }, direction, byId);
      // The arms are read in the order of ids, and the rows follow them.
      const rest = key === undefined ? { where: "", values: [], order: "" } : { ...after, order: ` ORDER BY ${order}` };
      const text = `SELECT ${columns} FROM ${source.text}${rest.where}${rest.order} LIMIT ?`;
      return sql.all<Row>(text, ...source.values, ...rest.values, wanted);
    }
    const index = few ?? key?.index;
    const source = index === undefined || index === "" ? table : `${table} INDEXED BY ${index}`;
    return sql.all<Row>(
      `SELECT ${columns} FROM ${source} WHERE ${where}${after.where} ORDER BY ${order} LIMIT ?`,
      ...values,
      ...after.values,
      wanted,
    );
  });
  if (branches.length > 1) {
    const sign = descending ? -1 : 1;
    rows.sort((a, b) => sign * (compare(a.sort_key, b.sort_key) || a.id - b.id));
  }
  return rows;
}

/** The rows of a branch, in the order of their ids if it has arms, as the text after FROM that ends with its conditions. */
export function branchSource(
  table: string,
  { where, values, arms }: Branch,
  direction: "ASC" | "DESC",
  after?: IdBound,
): { text: string; values: SqlValue[] } {
  if (arms === undefined) return { text: `${table} WHERE ${where}`, values };
  const ids = commonIds(arms, direction, after);
  return {
    text: `(${ids.text}) AS found CROSS JOIN ${table} ON ${table}.id = found.found_id WHERE ${where}`,
    values: [...ids.values, ...values],
  };
}

const compare = (a: number | string, b: number | string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Drops the rows after the one that exceeds the limit. */
function endWithin(page: Found[], maxBytes: number): void {
  let bytes = 0;
  const last = page.findIndex(({ size }) => {
    bytes += size;
    return bytes > maxBytes;
  });
  if (last !== -1) page.length = last + 1;
}

function readRows<Row extends { id: number }>(sql: Sql, query: KeysetQuery, page: readonly Found[]): Row[] {
  const ids = page.map(({ id }) => id);
  const rows = sql.all<Row>(
    `SELECT ${query.columns} FROM ${query.table} WHERE id IN (SELECT value FROM json_each(?))`,
    JSON.stringify(ids),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function formatCursor({ id, sort_key: value }: Found, key: SortKey | undefined): string {
  if (key === undefined) return String(id);
  if (typeof value === "number" && key.name === "created") return `${value}.${id}`;
  return `${key.name}.${Buffer.from(JSON.stringify(value)).toString("base64url")}.${id}`;
}

function parseCursor(text: string, key: SortKey | undefined): { id: number; value: number | string } {
  if (key === undefined || key.name === "created") {
    const match = (key === undefined ? /^()(\d{1,15})$/ : /^(\d{1,15})\.(\d{1,15})$/).exec(text);
    if (match !== null) return { value: Number(match[1]), id: Number(match[2]) };
  } else {
    const match = /^([a-z]+)\.([\w-]+)\.(\d{1,15})$/.exec(text);
    const value = match?.[1] === key.name ? keyValue(match[2] ?? "") : undefined;
    if (value !== undefined) return { value, id: Number(match?.[3]) };
  }
  throw new RatchetError("USAGE", "The cursor does not belong to this list.", {
    remedy: "Use the nextCursor of the previous page, with the same filters, sort and order.",
  });
}

function keyValue(encoded: string): number | string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(encoded, "base64url").toString());
    return typeof value === "number" || typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
