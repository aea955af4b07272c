import type { ValueChecks } from "../../checking/value-checks.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { toRatchetError } from "../../domain/unknown-error.ts";
import { checkInputText } from "../execute.ts";
import { durableFailure } from "./failures.ts";
import { type RowsFailure, wrongItem } from "./stream-failures.ts";

/** Rows of an input. */
export interface RowBatch {
  /** The JSON of each row. */
  rows: string[];
  /** There are no more. */
  end: boolean;
}

/** Which rows are checked. */
export interface RowChecks {
  /** The task that reads them. */
  task: TaskDefinition;
  /** The label of the call whose stream they are from. */
  source: string;
  /** The number of the first. */
  from: number;
  /** @default on this thread, at any size */
  checks?: Pick<ValueChecks, "violations"> | undefined;
}

/**
 * Checks each row against the input schema of the task that reads it.
 * @returns those before the first that does not fit, or what is wrong with it if it comes first
 */
export async function checkedRows(
  { rows, end }: RowBatch,
  { task, source, from, checks }: RowChecks,
): Promise<RowBatch | RowsFailure> {
  for (const [index, json] of rows.entries()) {
    try {
      await checkInputText(task, json, checks);
    } catch (error) {
      if (index > 0) return { rows: rows.slice(0, index), end: false };
      return { error: wrongItem(source, from, durableFailure(toRatchetError(error), undefined)) };
    }
  }
  return { rows, end };
}
