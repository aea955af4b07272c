import type { TaskDefinition } from "../domain/task.ts";
import type { TaskFiles } from "../task/task-files.ts";

/** Stats of the content cache. */
export interface CacheStats {
  entries: number;
  /** Bytes of the tasks' files. */
  bytes: number;
  maxEntries: number;
  maxBytes: number;
  hits: number;
  misses: number;
  /** Entries dropped to free memory. */
  purged: number;
}

/** A task with all its files in memory. */
export interface TaskContent {
  task: TaskDefinition;
  files: TaskFiles;
  /** Size of all its files, bytes. */
  bytes: number;
}

/** Tasks that are ready to run, by the checksum of their files. The least recently used are dropped first. */
export interface ContentCache {
  /** Returns cached content at once; else loads it, only once for all concurrent callers. */
  get(checksum: string, load: () => Promise<TaskContent>): TaskContent | Promise<TaskContent>;
  stats(): CacheStats;
  /** Drops everything. */
  clear(): void;
}

/** Limits of the cache; an entry larger than `maxBytes` is not kept at all. */
export interface ContentCacheOptions {
  maxEntries: number;
  maxBytes: number;
}

export function createContentCache({ maxEntries, maxBytes }: ContentCacheOptions): ContentCache {
  const entries = new Map<string, TaskContent>();
  const loading = new Map<string, Promise<TaskContent>>();
  let bytes = 0;
  let hits = 0;
  let misses = 0;
  let purged = 0;

  function keep(checksum: string, content: TaskContent): void {
    if (maxEntries < 1 || content.bytes > maxBytes) return;
    entries.set(checksum, content);
    bytes += content.bytes;
    for (const [oldest, { bytes: freed }] of entries) {
      if (entries.size <= maxEntries && bytes <= maxBytes) break;
      entries.delete(oldest);
      bytes -= freed;
      purged += 1;
    }
  }

  async function loadOnce(checksum: string, load: () => Promise<TaskContent>): Promise<TaskContent> {
    try {
      const content = await load();
      keep(checksum, content);
      return content;
    } finally {
      loading.delete(checksum);
    }
  }

  return {
    get(checksum, load) {
      const found = entries.get(checksum);
      if (found !== undefined) {
        hits += 1;
        // Moves it to the end: the first entry is dropped first.
        entries.delete(checksum);
        entries.set(checksum, found);
        return found;
      }
      misses += 1;
      let content = loading.get(checksum);
      if (content === undefined) {
        content = loadOnce(checksum, load);
        loading.set(checksum, content);
      }
      return content;
    },
    clear() {
      purged += entries.size;
      entries.clear();
      bytes = 0;
    },
    stats: () => ({ entries: entries.size, bytes, maxEntries, maxBytes, hits, misses, purged }),
  };
}
