import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Clock, systemClock } from "../../src/lib/clock.ts";
import type { AttemptResult, ClaimedJob, FinishedAttempt } from "../../src/store/contract/jobs.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { openConnection, type Sql } from "../../src/store/sqlite/connection.ts";
import { findInconsistencies } from "../../src/store/sqlite/invariants.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { writeNewDatabase } from "./new-database.ts";

/** A store in a file of its own, with a second connection to look at its tables. */
export interface TestStore extends AsyncDisposable {
  store: Store;
  sql: Sql;
  url: string;
  folder: string;
  taskId: number;
  /** What `db check` would report. */
  problems(): string[];
}

export async function openTestStore(clock: Clock = systemClock): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-store-"));
  const path = join(folder, "test.db");
  const url = `sqlite:${path}`;
  await writeNewDatabase(path);
  const store = openStore({
    url,
    clock,
    onListenerError: (error) => {
      throw error;
    },
  });
  const connection = openConnection({ location: { kind: "file", path }, busyTimeoutMs: 5_000 });
  const taskId = await addTask(store, "addition");
  return {
    store,
    sql: connection.sql,
    url,
    folder,
    taskId,
    problems: () => findInconsistencies(connection.sql),
    async [Symbol.asyncDispose]() {
      connection.close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Registers one more task in addition to the existing ones. */
export async function addTask(store: Store, label: string): Promise<number> {
  const page = await store.tasks.list({}, { limit: 1000 });
  const labels = [...page.items.map((task) => task.label), label];
  const result = await store.tasks.sync(
    labels.map((name) => ({
      uuid: `uuid-${name}`,
      label: name,
      description: "",
      version: "1.0.0",
      source: "test",
      validatedAt: null,
      versions: [{ version: "1.0.0", checksum: "00", source: "test", origin: name }],
    })),
  );
  const [id] = result.added;
  if (id === undefined) throw new Error("no task was added");
  return id;
}

export async function registerWorker(store: Store, id = "w1"): Promise<void> {
  await store.workers.register({ id, host: "test", pid: 1, processStart: "1", leaseMs: 15_000 });
}

/** An attempt as a worker reports it. */
export function finishedAttempt(claimed: ClaimedJob, result: AttemptResult, at: number): FinishedAttempt {
  return {
    claimed,
    result,
    version: "1.0.0",
    startedAt: at,
    finishedAt: at,
    usage: { durationMs: 1, cpuMs: 1, peakMemoryBytes: 1, fetchCount: 0, fetchBytes: 0 },
    logs: [],
    logsStored: 0,
    progress: null,
  };
}

export const COMPLETED: AttemptResult = { kind: "completed", outputJson: '{"sum":15}' };
export const FAILED: AttemptResult = { kind: "failed", error: { code: "TASK_FAILED", message: "no" } };
