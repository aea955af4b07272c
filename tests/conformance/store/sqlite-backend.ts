import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMaintenance } from "../../../src/store/sqlite/maintenance.ts";
import { openStore } from "../../../src/store/sqlite/open.ts";
import type { Backend } from "./backend.ts";

/** In memory where the system offers that: `tests/store/durable.test.ts` sees to the disk, here it would only cost time. */
const PLACE = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();

/** The store that the server uses, in a file of its own for each test. */
export const sqlite: Backend = {
  name: "SQLite",
  // One server for each database: ADR 7.
  sharesEvents: false,
  async create() {
    const folder = mkdtempSync(join(PLACE, "ratchet-conformance-"));
    const url = `sqlite:${join(folder, "test.db")}`;
    return {
      open: async (options) => openStore({ url, ...options }),
      maintenance: () => createMaintenance(url),
      destroy: async () => rmSync(folder, { recursive: true, force: true }),
    };
  },
};
