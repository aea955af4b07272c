import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMaintenance } from "../../../src/store/sqlite/maintenance.ts";
import { type HeavyWork, openStore } from "../../../src/store/sqlite/open.ts";
import { writeNewDatabase } from "../../store/new-database.ts";
import type { Backend } from "./backend.ts";
import { sharedThreads } from "./shared-thread.ts";

/** In memory where the system offers that: `tests/store/durable.test.ts` sees to the disk, here it would only cost time. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

function backend(name: string, sequences: number, heavyWork: HeavyWork): Backend {
  return {
    name,
    sequences,
    // One server for each database: ADR 7.
    sharesEvents: false,
    async create() {
      const folder = mkdtempSync(join(PLACE, "ratchet-conformance-"));
      const file = join(folder, "test.db");
      await writeNewDatabase(file);
      const url = `sqlite:${file}`;
      return {
        open: async (options) => openStore({ url, heavyWork, ...options }),
        maintenance: () => createMaintenance(url),
        destroy: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
  };
}

/** The store that the server uses, in a file of its own for each test. */
export const sqlite = backend("SQLite", 60, {});

/** The same, but every value counts as large: the store thread writes and reads whatever it can. */
export const sqliteThread = backend("SQLite with its thread", 10, {
  fromBytes: 0,
  inlineBytes: 0,
  spawn: sharedThreads(),
});
