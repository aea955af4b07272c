import type { Sql } from "./connection.ts";
import type { Predicate } from "./keyset.ts";

/** Sorting this many rows takes about 10 ms. */
const FEW = 10_000;

/** Whether so few jobs have a tag that reading all of them costs less than finding them among all jobs in order. */
export function isRareTag(sql: Sql, tag: string): boolean {
  const query = "SELECT count(*) AS n FROM (SELECT 1 FROM job_tags WHERE tag = ? LIMIT ?)";
  return (sql.get<{ n: number }>(query, tag, FEW + 1)?.n ?? 0) <= FEW;
}

/**
 * Whether so few rows meet a condition that sorting them costs less than finding them among all rows in order. Reads
 * only that many entries of the index.
 */
export function areFew(sql: Sql, table: string, index: string, { where, values }: Predicate): boolean {
  const row = sql.get<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM ${table} INDEXED BY ${index} WHERE ${where} LIMIT ?)`,
    ...values,
    FEW + 1,
  );
  return (row?.n ?? 0) <= FEW;
}
