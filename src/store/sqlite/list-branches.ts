import type { Sql } from "./connection.ts";
import { type Arm, commonIds, fewCommon, shortArm } from "./id-arms.ts";
import type { Branch } from "./keyset.ts";
import { labelMatches } from "./label-conditions.ts";
import type { Predicate } from "./predicate.ts";

/** A filter, taken apart. */
export interface FilterParts {
  /** The conditions that have an index in the order of ids. */
  arms: readonly Arm[];
  /** All conditions. */
  whole: Predicate;
  /** The conditions without an arm. */
  rest: Predicate;
  /** The condition on time. */
  time?: Arm | undefined;
  /** What the rows are sorted by, if anything. */
  order: "id" | "time";
}

/** Chooses how to read the rows of a filter, so that no list reads many rows to find a few. */
export function chooseBranch(sql: Sql, { arms, whole, rest, time, order }: FilterParts): Branch {
  if (arms.length === 0) return whole;
  if (arms.length === 1 && time === undefined) return { ...rest, arms };
  const short = shortArm(sql, time === undefined ? arms : [...arms, time]);
  if (short !== undefined) return { ...whole, arms: [short] };
  if (order === "id") return { ...rest, arms };
  const common = arms.length === 1 ? undefined : fewCommon(sql, arms);
  return common === undefined ? withinIds(sql, arms, whole) : { ...rest, arms: [common] };
}

/**
 * Many rows match, so the index on time leads to the first ones soon, unless all of them are far from where it begins.
 * The ids stand in that index, so that the rows before them need not be read.
 */
function withinIds(sql: Sql, arms: readonly Arm[], { where, values }: Predicate): Branch {
  const first = (direction: "ASC" | "DESC") => {
    const ids = commonIds(arms, direction);
    return sql.get<{ found_id: number }>(`SELECT found_id FROM (${ids.text}) LIMIT 1`, ...ids.values)?.found_id ?? 0;
  };
  return { where: `id BETWEEN ? AND ? AND ${where}`, values: [first("ASC"), first("DESC"), ...values] };
}

/** With more tasks, those with matching rows are near. */
const MAX_TASKS = 8;

/** A filter by labels as one filter for each task, if few tasks have such a label. */
export function eachTask<Filter extends { taskId?: number; labels?: readonly string[] }>(
  sql: Sql,
  filter: Filter,
): Filter[] {
  const { labels, taskId } = filter;
  if (labels === undefined || taskId !== undefined) return [filter];
  const { where, values } = labelMatches(labels);
  const tasks = sql.all<{ id: number }>(`SELECT id FROM tasks WHERE ${where} LIMIT ?`, ...values, MAX_TASKS + 1);
  if (tasks.length > MAX_TASKS) return [filter];
  const { labels: _labels, ...others } = filter;
  return tasks.map(({ id }) => ({ ...others, taskId: id }) as Filter);
}
