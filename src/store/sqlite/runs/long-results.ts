import type { StoredOperation } from "../../contract/runs.ts";
import type { Sql } from "../connection.ts";

/** From this size on a result is read apart, bytes: a journal may have 64 MB of them. */
const LONG = 64 * 1024;

/** Results that are read in one turn of the event loop, bytes: about 5 ms. */
const BYTES_OF_TURN = 4 * 1024 * 1024;

/** Stands for a long result. No stored result is a space. */
const UNREAD_RESULT = " ";

/** SQL for the result of an operation, or what stands for a long one. SQLite gets the size without reading the text. */
export const LOADED_RESULT = `CASE WHEN octet_length(result) >= ${LONG} THEN '${UNREAD_RESULT}' ELSE result END`;

/** Reads the long results of operations, which no longer change, over several turns of the event loop. */
export async function readLongResults(sql: Sql, operations: readonly StoredOperation[]): Promise<void> {
  let bytes = 0;
  for (const operation of operations) {
    if (operation.result !== UNREAD_RESULT) continue;
    if (bytes >= BYTES_OF_TURN) {
      bytes = 0;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    const { executionId, number } = operation;
    const query = "SELECT result FROM run_operations WHERE execution_id = ? AND number = ?";
    operation.result = sql.get<{ result: string | null }>(query, executionId, number)?.result ?? null;
    bytes += operation.result?.length ?? 0;
  }
}
