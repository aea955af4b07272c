import type { ShareableText } from "../../domain/shared-text.ts";
import type { Sql } from "./connection.ts";

/** Where a text is stored: the input of a job, or the input or output of an execution. Has the id of that row. */
export interface TextPlace {
  of: "job" | "input" | "output";
  id: number;
}

/** SQL that reads an expression of a text, which is called `text`, from its row. */
const QUERIES: Readonly<Record<TextPlace["of"], (expression: string) => string>> = {
  job: (expression) => `SELECT ${expression} FROM (SELECT input AS text FROM job_inputs WHERE job_id = ?1)`,
  // A long input is apart from its execution. That of a job is with the job, unless the job has another one by now.
  input: (expression) => `SELECT ${expression} FROM (SELECT input AS text FROM direct_inputs WHERE execution_id = ?1)
    UNION ALL SELECT ${expression} FROM (
      SELECT coalesce(input, (SELECT input FROM job_inputs j WHERE j.job_id = executions.job_id)) AS text
        FROM executions WHERE id = ?1) LIMIT 1`,
  output: (expression) => `SELECT ${expression} FROM (SELECT output AS text FROM executions WHERE id = ?1)`,
};

/** Returns the size of a stored text, bytes; 0 if it is absent. Does not read it. */
export function storedBytes(sql: Sql, { of, id }: TextPlace): number {
  return sql.get<{ size: number | null }>(QUERIES[of]("octet_length(text) AS size"), id)?.size ?? 0;
}

/** Reads a stored text; undefined if it is absent. */
export function readStored(sql: Sql, { of, id }: TextPlace): string | undefined {
  return sql.get<{ text: string | null }>(QUERIES[of]("text"), id)?.text ?? undefined;
}

/** Shorter texts are passed between threads as they are, bytes. */
const SHARED_BYTES = 16 * 1024;

/** Reads a stored text for another thread, in shared memory unless it is short; undefined if it is absent. */
export function readShareable(sql: Sql, { of, id }: TextPlace): ShareableText | undefined {
  // As bytes: the text is never decoded and encoded again.
  const found = sql.get<{ text: Uint8Array | null }>(QUERIES[of]("CAST(text AS BLOB) AS text"), id)?.text;
  if (found == null) return undefined;
  if (found.byteLength < SHARED_BYTES) return Buffer.from(found.buffer, found.byteOffset, found.byteLength).toString();
  const utf8 = new Uint8Array(new SharedArrayBuffer(found.byteLength));
  utf8.set(found);
  return { utf8 };
}
