import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import { openStore } from "../../src/store/sqlite/open.ts";

let made: Promise<Uint8Array> | undefined;

/** Writes a new database with its schema, and nothing else in it. The migrations run once: they take ten times as long as a copy. */
export async function writeNewDatabase(file: string): Promise<void> {
  made ??= makeDatabase();
  writeFileSync(file, await made, { mode: 0o600 });
}

async function makeDatabase(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-new-"));
  try {
    const file = join(folder, "new.db");
    await openStore({ url: `sqlite:${file}`, clock: systemClock, onListenerError: () => {} }).close();
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
