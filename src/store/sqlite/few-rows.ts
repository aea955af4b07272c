import type { Sql } from "./connection.ts";
import type { Predicate } from "./keyset.ts";

/** So many rows are sorted in some 10 ms. */
const FEW = 10_000;

/** Whether so few jobs have a tag that it costs less to read them all than to look for them among all jobs in order. */
export function isRareTag(sql: Sql, tag: string): boolean {
  const query = "SELECT count(*) AS n FROM (SELECT 1 FROM job_tags WHERE tag = ? LIMIT ?)";
  return (sql.get<{ n: number }>(query, tag, FEW + 1)?.n ?? 0) <= FEW;
}

/**
 * Whether so few rows meet a condition that it costs less to sort them than to look for them among all rows in order.
 * Looks at so many entries of the index and no more.
 */
export function areFew(sql: Sql, table: string, index: string, { where, values }: Predicate): boolean {
  const row = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} INDEXED BY ${index} WHERE ${where} LIMIT ?)`,
    ...values,
    FEW + 1,
  );
  return (row?.n ?? 0) <= FEW;
}
