import type { Connection, Sql } from "./connection.ts";

/** A larger file is not rewritten when the server starts, bytes: it takes a second for about 300 MB. */
const MOST_REWRITTEN_BYTES = 256 * 1024 * 1024;

/** Free pages that stay in the file in any case: what is deleted makes room for what comes. */
const LEAST_SPARE_PAGES = 256;
/** Part of all pages that may be free. */
const SPARE_PART = 0.05;

/**
 * Lets a file return free pages that was created without that: only a file that is rewritten learns it. New files have it
 * from the start.
 * @param onUnshrinkable receives a message if the file is too large to be rewritten now
 */
export function letShrink(connection: Connection, onUnshrinkable: (message: string) => void = () => {}): void {
  if (canShrink(connection.sql)) return;
  if (number(connection.sql, "page_count") * number(connection.sql, "page_size") > MOST_REWRITTEN_BYTES) {
    onUnshrinkable(
      `the database ${connection.file} can't become smaller when something is deleted: stop the server and run \`ratchet db vacuum\` once`,
    );
    return;
  }
  rewriteShrinkable(connection);
}

/** Rewrites the file without free pages, and so that it can return them from now on. */
export function rewriteShrinkable(connection: Connection): void {
  connection.exec("PRAGMA auto_vacuum = INCREMENTAL");
  connection.exec("VACUUM");
  connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
}

/**
 * Returns free pages to the file system, except for some that are about to be used again.
 * @param most so many pages at once: moving one takes 20 to 40 µs
 * @returns how many, and whether there are more
 */
export function returnFreePages(sql: Sql, most: number): { pages: number; more: boolean } {
  const free = number(sql, "freelist_count");
  const surplus = free - Math.max(LEAST_SPARE_PAGES, Math.ceil(number(sql, "page_count") * SPARE_PART));
  if (surplus <= 0 || !canShrink(sql)) return { pages: 0, more: false };
  sql.all(`PRAGMA incremental_vacuum(${Math.min(most, surplus)})`);
  const pages = free - number(sql, "freelist_count");
  return { pages, more: pages > 0 && pages < surplus };
}

const canShrink = (sql: Sql): boolean => number(sql, "auto_vacuum") !== 0;

/** Reads a pragma that is a number. */
function number(sql: Sql, pragma: "page_count" | "page_size" | "freelist_count" | "auto_vacuum"): number {
  return Number(Object.values(sql.get<Record<string, number>>(`PRAGMA ${pragma}`) ?? {})[0] ?? 0);
}
