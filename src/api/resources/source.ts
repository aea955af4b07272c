import { timeTextOrNull } from "../../lib/time-text.ts";
import { SOURCE_STATES, type SourceStatus } from "../../registry/registry.ts";
import { SOURCE_KINDS } from "../../registry/source-definition.ts";
import { COUNT, FLAG, TEXT, TEXT_OR_NULL, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";
import { FOUND_PROBLEMS } from "./validation.ts";

/** A place that tasks come from. */
export const SOURCE = defineResource("A place that tasks are loaded from.", {
  name: { ...TEXT, description: "Name of the source, from the configuration." },
  uri: { ...TEXT, description: "Where the source is, without credentials." },
  kind: { type: "string", enum: SOURCE_KINDS, description: "Kind of the source." },
  watch: { ...FLAG, description: "Whether the server picks up changes of the source by itself." },
  state: {
    type: "string",
    enum: SOURCE_STATES,
    description: "Whether the server uses the current content of the source, its last verified copy, or nothing.",
  },
  revision: {
    ...TEXT_OR_NULL,
    description: "Commit, entity tag or similar of the content in use; null if the source has no such thing.",
  },
  tasks: { ...COUNT, description: "Number of tasks in the source." },
  versions: { ...COUNT, description: "Number of versions of all its tasks." },
  checkedAt: { ...TIME_OR_NULL, description: "When the server last checked the source; null before the first time." },
  loadedAt: { ...TIME_OR_NULL, description: "When checking the source last succeeded; null before the first time." },
  error: { ...TEXT_OR_NULL, description: "Why the latest check failed; null if it did not fail." },
  problems: { ...FOUND_PROBLEMS, description: "Problems with the tasks of the source." },
});

/** Stats of the cache of tasks' files. */
export const CACHE_STATS = defineResource("Stats of the cache of tasks' files.", {
  entries: { ...COUNT, description: "Number of versions in the cache." },
  bytes: { ...COUNT, description: "Size of their files, in bytes." },
  maxEntries: { ...COUNT, description: "Maximum number of versions in the cache." },
  maxBytes: { ...COUNT, description: "Maximum size of the files in the cache, in bytes." },
  hits: { ...COUNT, description: "How often a version was found in the cache." },
  misses: { ...COUNT, description: "How often a version had to be loaded." },
  purged: { ...COUNT, description: "Number of versions that were evicted to make room." },
});

/** A source as REST shows it. */
export function sourceView(source: SourceStatus): View<typeof SOURCE> {
  return { ...source, checkedAt: timeTextOrNull(source.checkedAt), loadedAt: timeTextOrNull(source.loadedAt) };
}
