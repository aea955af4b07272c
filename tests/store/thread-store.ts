import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/lib/clock.ts";
import type { Store } from "../../src/store/contract/store.ts";
import { type OpenStoreOptions, openStore } from "../../src/store/sqlite/open.ts";
import { addTask, registerWorker } from "./open-for-test.ts";

/** A store in a file of its own, and the threads that it started. */
export interface ThreadStore extends AsyncDisposable {
  store: Store;
  path: string;
  taskId: number;
  threads: Worker[];
}

/** Starts a thread as the store does. */
export function startThread(): Worker {
  return new Worker(new URL("../../src/store/sqlite/thread/store-worker.ts", import.meta.url).href);
}

/** Opens a store with one task and one worker. @param start returns each thread that it starts */
export async function openThreadStore(
  options: Partial<OpenStoreOptions> = {},
  start: () => Worker = startThread,
): Promise<ThreadStore> {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-thread-"));
  const path = join(folder, "test.db");
  const threads: Worker[] = [];
  const spawn = () => {
    const thread = start();
    threads.push(thread);
    return thread;
  };
  const store = openStore({
    url: `sqlite:${path}`,
    clock: systemClock,
    onListenerError: (error) => {
      throw error;
    },
    heavyWork: { spawn },
    ...options,
  });
  const taskId = await addTask(store, "addition");
  await registerWorker(store);
  return {
    store,
    path,
    taskId,
    threads,
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A JSON text of so many characters, some of them not ASCII. */
export const longText = (length: number, end = ""): string => JSON.stringify(`é${"x".repeat(length)}${end}`);
