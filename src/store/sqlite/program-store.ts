import { MAX_PROGRAM_BYTES, MAX_PROGRAMS_BYTES, type ProgramStore, UNUSED_PROGRAM_MS } from "../contract/programs.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import type { Writer } from "./writer.ts";

/** A program that is used counts as used for this long, so that most uses write nothing, ms. */
const USE_COUNTS_MS = 60 * 60_000;

interface ProgramRow {
  id: number;
  digest: string;
  usedAt: number;
  content: Uint8Array;
}

/** Prepared programs over SQLite. */
export function createProgramStore(sql: Sql, writer: Writer, now: () => number): ProgramStore {
  return {
    async get(key) {
      const row = sql.get<ProgramRow>(
        `SELECT id, digest, used_at AS usedAt, content FROM prepared_programs
          JOIN prepared_contents ON program_id = id WHERE key = ?`,
        key,
      );
      if (row === undefined || digestOf(row.content) !== row.digest) return undefined;
      if (Math.abs(now() - row.usedAt) > USE_COUNTS_MS) {
        await writer.write((tx) => {
          tx.sql.run("UPDATE prepared_programs SET used_at = ? WHERE id = ?", tx.now, row.id);
        });
      }
      return row.content;
    },
    async keep(key, content) {
      if (content.length > MAX_PROGRAM_BYTES) return false;
      await writer.write((tx) => keep(tx, key, content), content.length);
      return true;
    },
  };
}

/** Deletes programs that nobody uses. */
export function deleteUnusedPrograms(tx: Tx): void {
  tx.sql.run("DELETE FROM prepared_programs WHERE used_at < ?", tx.now - UNUSED_PROGRAM_MS);
}

function keep(tx: Tx, key: string, content: Uint8Array): void {
  tx.sql.run("DELETE FROM prepared_programs WHERE key = ?", key);
  makeRoom(tx, content.length);
  const { id } = tx.sql.run(
    "INSERT INTO prepared_programs (key, bytes, digest, used_at) VALUES (?, ?, ?, ?)",
    key,
    content.length,
    digestOf(content),
    tx.now,
  );
  tx.sql.run("INSERT INTO prepared_contents (program_id, content) VALUES (?, ?)", id, content);
}

function makeRoom(tx: Tx, bytes: number): void {
  // From the last one used, as long as there is room: all others go.
  tx.sql.run(
    `DELETE FROM prepared_programs WHERE id IN (
       SELECT id FROM (SELECT id, sum(bytes) OVER (ORDER BY used_at DESC, id DESC) AS total FROM prepared_programs)
        WHERE total > ?)`,
    MAX_PROGRAMS_BYTES - bytes,
  );
}

function digestOf(content: Uint8Array): string {
  return Bun.hash.xxHash3(content).toString(16);
}
