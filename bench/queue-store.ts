import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../src/lib/clock.ts";
import type { Store } from "../src/store/contract/store.ts";
import { openStore } from "../src/store/sqlite/open.ts";
import { CACHE } from "./programs.ts";

/** A store in a new file on the disk that the benchmark's cache is on. */
export interface BenchStore {
  store: Store;
  taskId: number;
  path: string;
  remove(): Promise<void>;
}

/** Opens a new store with one task. */
export async function openBenchStore(): Promise<BenchStore> {
  const folder = mkdtempSync(join(CACHE, "queue-"));
  const path = join(folder, "bench.db");
  const store = openStore({
    url: `sqlite:${path}`,
    clock: systemClock,
    onListenerError(error) {
      throw error;
    },
  });
  const { added } = await store.tasks.sync([
    {
      uuid: "addition",
      label: "addition",
      description: "",
      version: "1.0.0",
      source: "bench",
      validatedAt: null,
      versions: [{ version: "1.0.0", checksum: "00", source: "bench", origin: "bench" }],
    },
  ]);
  const [taskId] = added;
  if (taskId === undefined) throw new Error("no task was added");
  return {
    store,
    taskId,
    path,
    async remove() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
