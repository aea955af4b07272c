import type { CacheStats } from "../../registry/content-cache.ts";
import type { PoolUsage } from "../../sandbox/pool/pool-usage.ts";
import type { StoreUsage } from "../../store/contract/usage.ts";
import type { MemoryLevel } from "../health/memory-level.ts";
import type { ServerResources } from "../health/server-resources.ts";

/** The memory of the process, and which parts take how much, bytes. */
export interface ServerMemory {
  level: MemoryLevel;
  residentBytes: number;
  highBytes: number | null;
  allowedBytes: number;
  heapBytes: number;
  externalBytes: number;
  executionBytes: number;
  executionLimitBytes: number;
  idleMachineBytes: number;
  programImageBytes: number;
  recordingBytes: number;
  requestBodyBytes: number;
  eventBufferBytes: number;
  logBufferBytes: number;
  pendingWrites: number;
  cacheDrops: number;
}

/** A cache; null for what it does not count. */
export interface ServerCache {
  name: string;
  entries: number | null;
  bytes: number | null;
  hits: number | null;
  misses: number | null;
}

/** Returns which parts of the process take how much memory. */
export function serverMemory(resources: ServerResources, { pendingWrites }: StoreUsage): ServerMemory {
  const { level, highBytes, allowedBytes, drops } = resources.memory();
  const { rss, heapUsed, external } = process.memoryUsage();
  const sandbox = resources.sandbox();
  return {
    level,
    residentBytes: rss,
    highBytes,
    allowedBytes,
    heapBytes: heapUsed,
    externalBytes: external,
    executionBytes: sandbox.accountBytes,
    executionLimitBytes: sandbox.accountLimitBytes,
    idleMachineBytes: sandbox.machineBytes,
    programImageBytes: sandbox.imageBytes,
    recordingBytes: resources.recordingBytes?.() ?? 0,
    requestBodyBytes: resources.requestBodyBytes?.() ?? 0,
    eventBufferBytes: resources.recentEvents?.().bytes ?? 0,
    logBufferBytes: resources.recentLines?.().bytes ?? 0,
    pendingWrites,
    cacheDrops: drops,
  };
}

/** Returns the caches of the process. */
export function serverCaches(resources: ServerResources, tasks: CacheStats): ServerCache[] {
  const sandbox = resources.sandbox();
  const events = resources.recentEvents?.() ?? { count: 0, bytes: 0 };
  const lines = resources.recentLines?.() ?? { count: 0, bytes: 0 };
  const uncounted = { entries: null, bytes: null, hits: null, misses: null };
  return [
    { name: "tasks", entries: tasks.entries, bytes: tasks.bytes, hits: tasks.hits, misses: tasks.misses },
    { ...uncounted, ...programImages(sandbox) },
    { ...uncounted, name: "machines", bytes: sandbox.machineBytes },
    { ...uncounted, name: "credentials", entries: resources.credentials() },
    { ...uncounted, name: "events", entries: events.count, bytes: events.bytes },
    { ...uncounted, name: "log", entries: lines.count, bytes: lines.bytes },
  ];
}

/** A reset to the image of a program is a hit: the program did not have to be loaded. */
function programImages({ imageBytes, resets }: PoolUsage) {
  return { name: "programs", bytes: imageBytes, hits: resets.program, misses: resets.base };
}
