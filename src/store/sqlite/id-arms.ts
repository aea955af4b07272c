import type { Sql, SqlValue } from "./connection.ts";
import type { Predicate } from "./predicate.ts";

/** Rows with one property, read from an index alone and in the order of their ids. */
export interface Arm extends Predicate {
  /** Table with the index to read along. */
  source: string;
  /** @default "id" */
  id?: string;
  /** Whether the rows are those that must not be found. Such an arm follows one that is not. */
  isExcluded?: boolean;
}

/** Where a page begins. */
export interface IdBound {
  /** Comparison with the id, such as `< ?`. */
  is: string;
  id: number;
}

/**
 * Selects the ids, as `found_id`, that all arms have in common. SQLite merges the arms as it reads them: two properties
 * that each belong to half a million rows and never to the same one take 30 ms, where checking the rows takes a second.
 */
export function commonIds(
  arms: readonly Arm[],
  direction: "ASC" | "DESC",
  after?: IdBound,
): { text: string; values: SqlValue[] } {
  const values: SqlValue[] = [];
  const selects = arms.map((arm, at) => {
    const id = arm.id ?? "id";
    values.push(...arm.values);
    if (after !== undefined) values.push(after.id);
    const operator = at === 0 ? "" : arm.isExcluded ? "EXCEPT " : "INTERSECT ";
    return `${operator}SELECT ${id} AS found_id FROM ${arm.source} WHERE ${arm.where}${after === undefined ? "" : ` AND ${id} ${after.is}`}`;
  });
  // The limit keeps SQLite from dropping the order, in which it merges the arms and the caller reads the rows.
  return { text: `${selects.join(" ")} ORDER BY found_id ${direction} LIMIT -1`, values };
}

/** Sorting this many rows takes about 10 ms. */
export const FEW = 10_000;

/** The arm with so few rows that reading all of them costs less than merging it with others. */
export function shortArm(sql: Sql, arms: readonly Arm[]): Arm | undefined {
  return arms.find(({ source, where, values, isExcluded }) => {
    if (isExcluded) return false;
    const text = `SELECT count(*) AS n FROM (SELECT 1 FROM ${source} WHERE ${where} LIMIT ?)`;
    return (sql.get<{ n: number }>(text, ...values, FEW + 1)?.n ?? 0) <= FEW;
  });
}

/** The rows that all arms have in common as one arm, if they are few. */
export function fewCommon(sql: Sql, arms: readonly Arm[]): Arm | undefined {
  const { text, values } = commonIds(arms, "ASC");
  const found = sql.all<{ found_id: number }>(`SELECT found_id FROM (${text}) LIMIT ?`, ...values, FEW + 1);
  if (found.length > FEW) return undefined;
  const ids = JSON.stringify(found.map((row) => row.found_id));
  return { source: "json_each(?)", id: "value", where: "TRUE", values: [ids] };
}
