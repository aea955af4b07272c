import type { StoredEngine } from "../../contract/engines.ts";
import type { Sql } from "../connection.ts";
import type { Tx } from "../group-commit.ts";

/** An engine is kept for so long after it was last used, even if no image needs it, ms. */
const KEEP_MS = 24 * 60 * 60_000;

/** The number of an engine, which may be kept later. */
export function engineId({ sql, now }: Tx, engine: string): number {
  const known = sql.get<{ id: number }>("SELECT id FROM engines WHERE engine = ?", engine);
  return known?.id ?? sql.run("INSERT INTO engines (engine, used_at) VALUES (?, ?)", engine, now).id;
}

export function readEngine(sql: Sql, engine: string): StoredEngine | undefined {
  return sql.get<StoredEngine>("SELECT engine, content FROM engines WHERE engine = ? AND content IS NOT NULL", engine);
}

/** Keeps an engine, if it is not there yet. */
export function keepEngine({ sql, now }: Tx, { engine, content }: StoredEngine): void {
  sql.run(
    `INSERT INTO engines (engine, content, used_at) VALUES (?, ?, ?)
     ON CONFLICT (engine) DO UPDATE SET content = coalesce(content, excluded.content), used_at = excluded.used_at`,
    engine,
    content,
    now,
  );
}

/** Deletes engines that no image needs. */
export function deleteUnusedEngines({ sql, now }: Tx): void {
  sql.run(
    `DELETE FROM engines WHERE used_at < ?
       AND NOT EXISTS (SELECT 1 FROM run_images INDEXED BY run_images_engine WHERE engine_id = engines.id)`,
    now - KEEP_MS,
  );
}
