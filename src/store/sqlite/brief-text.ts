/** Stands for a text that was too long to be read with its row. No JSON text is empty. */
export const UNREAD = "";

/** SQL for a text column that is {@link UNREAD} from a size on. SQLite gets the size without reading the text. */
export function briefText(column: string, bytes: number): string {
  return `CASE WHEN octet_length(${column}) >= ${bytes} THEN '${UNREAD}' ELSE ${column} END`;
}
