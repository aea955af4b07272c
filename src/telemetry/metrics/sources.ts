import type { Families } from "./families.ts";

/** What is read about the sources of tasks and the content cache. */
export interface SourcesSource {
  /** Sources of tasks. Their states include `stale` and `unavailable`. */
  sources(): readonly { name: string; state: string }[];
  cache(): { entries: number; bytes: number; hits: number; misses: number; purged: number };
}

/** States of a source whose tasks may be out of date. */
const STALE: ReadonlySet<string> = new Set(["stale", "unavailable"]);

/** Adds the families of the sources of tasks and of the content cache. */
export function addSourceFamilies({ gauge, counter, labelled }: Families, source: SourcesSource): void {
  labelled(
    "ratchet_registry_source_stale",
    "1 if a source cannot be reached. Its last verified copy is used, if there is one.",
    "source",
    () => Object.fromEntries(source.sources().map(({ name, state }) => [name, STALE.has(state) ? 1 : 0])),
  );
  gauge("ratchet_task_cache_entries", "Tasks in the content cache.", () => source.cache().entries);
  gauge("ratchet_task_cache_bytes", "Bytes in the content cache.", () => source.cache().bytes);
  counter("ratchet_task_cache_hits_total", "Tasks found in the content cache.", () => source.cache().hits);
  counter("ratchet_task_cache_misses_total", "Tasks not found in the content cache.", () => source.cache().misses);
  counter("ratchet_task_cache_purged_total", "Tasks dropped from the content cache.", () => source.cache().purged);
}
