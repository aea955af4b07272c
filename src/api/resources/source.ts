import { timeTextOrNull } from "../../lib/time-text.ts";
import { SOURCE_STATES, type SourceStatus } from "../../registry/registry.ts";
import { SOURCE_KINDS } from "../../registry/source-definition.ts";
import { COUNT, FLAG, TEXT, TEXT_OR_NULL, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";
import { FOUND_PROBLEMS } from "./validation.ts";

/** A place that tasks come from. */
export const SOURCE = defineResource("A place that tasks come from.", {
  name: { ...TEXT, description: "Name of the source, from the configuration." },
  uri: { ...TEXT, description: "Where the source is, without credentials." },
  kind: { type: "string", enum: SOURCE_KINDS, description: "Kind of the source." },
  watch: { ...FLAG, description: "Whether the server looks at the source again by itself." },
  state: {
    type: "string",
    enum: SOURCE_STATES,
    description: "Whether the source is served as it is there now, from its last verified copy, or not at all.",
  },
  revision: {
    ...TEXT_OR_NULL,
    description: "Commit, entity tag or the like of what is served; null where the source has none.",
  },
  tasks: { ...COUNT, description: "Number of tasks in the source." },
  versions: { ...COUNT, description: "Number of versions of all its tasks." },
  checkedAt: { ...TIME_OR_NULL, description: "When the server last looked at the source; null before the first time." },
  loadedAt: { ...TIME_OR_NULL, description: "When looking at the source last succeeded; null before the first time." },
  error: { ...TEXT_OR_NULL, description: "Why the latest look failed; null when it did not fail." },
  problems: { ...FOUND_PROBLEMS, description: "What is wrong with tasks of the source." },
});

/** Stats of the cache of tasks' files. */
export const CACHE_STATS = defineResource("Stats of the cache of tasks' files.", {
  entries: { ...COUNT, description: "Number of versions in the cache." },
  bytes: { ...COUNT, description: "Size of their files, in bytes." },
  maxEntries: { ...COUNT, description: "Largest number of versions that the cache keeps." },
  maxBytes: { ...COUNT, description: "Largest size of the files that the cache keeps, in bytes." },
  hits: { ...COUNT, description: "How often a version was found in the cache." },
  misses: { ...COUNT, description: "How often a version had to be loaded." },
  purged: { ...COUNT, description: "Number of versions dropped for want of room." },
});

/** A source as REST shows it. */
export function sourceView(source: SourceStatus): View<typeof SOURCE> {
  return { ...source, checkedAt: timeTextOrNull(source.checkedAt), loadedAt: timeTextOrNull(source.loadedAt) };
}
