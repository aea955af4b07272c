import type { ShareableText } from "../../domain/shared-text.ts";
import type { Sql } from "./connection.ts";

/** Where a text is stored: the input of a job, or the input or output of an execution. Has the id of that row. */
export interface TextPlace {
  of: "job" | "input" | "output";
  id: number;
}

const SOURCES: Readonly<Record<TextPlace["of"], { column: string; row: string }>> = {
  job: { column: "input", row: "job_inputs WHERE job_id = ?" },
  input: { column: "input", row: "executions WHERE id = ?" },
  output: { column: "output", row: "executions WHERE id = ?" },
};

/** Returns the size of a stored text, bytes; 0 if it is absent. Does not read it. */
export function storedBytes(sql: Sql, { of, id }: TextPlace): number {
  const { column, row } = SOURCES[of];
  return sql.get<{ size: number | null }>(`SELECT octet_length(${column}) AS size FROM ${row}`, id)?.size ?? 0;
}

/** Reads a stored text; undefined if it is absent. */
export function readStored(sql: Sql, { of, id }: TextPlace): string | undefined {
  const { column, row } = SOURCES[of];
  return sql.get<{ text: string | null }>(`SELECT ${column} AS text FROM ${row}`, id)?.text ?? undefined;
}

/** Shorter texts are passed between threads as they are, bytes. */
const SHARED_BYTES = 16 * 1024;

/** Reads a stored text for another thread, in shared memory unless it is short; undefined if it is absent. */
export function readShareable(sql: Sql, { of, id }: TextPlace): ShareableText | undefined {
  const { column, row } = SOURCES[of];
  // As bytes: the text is never decoded and encoded again.
  const found = sql.get<{ text: Uint8Array | null }>(`SELECT CAST(${column} AS BLOB) AS text FROM ${row}`, id)?.text;
  if (found == null) return undefined;
  if (found.byteLength < SHARED_BYTES) return Buffer.from(found.buffer, found.byteOffset, found.byteLength).toString();
  const utf8 = new Uint8Array(new SharedArrayBuffer(found.byteLength));
  utf8.set(found);
  return { utf8 };
}
