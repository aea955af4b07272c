import type { KeyDefinition } from "../key-definition.ts";
import { readSources, SOURCES_SCHEMA, writeSources } from "../registry-sources.ts";
import { type ConfiguredSource, staysInFolder } from "../source-place.ts";

/** Where the server's tasks come from. */
export const REGISTRY_KEYS = {
  "registry.sources": {
    form: { type: "structure", read: readSources, write: writeSources, schema: SOURCES_SCHEMA },
    example: [
      "",
      "  - name: own",
      "    uri: file://./tasks",
      "    config:",
      "      watch: true",
      "  - name: shared",
      "    uri: https://example.com/tasks.git",
      "    config:",
      "      branch: main",
      "      folder: tasks",
      "      refresh: 5m",
    ].join("\n"),
    env: "RATCHET_REGISTRY_SOURCES",
    // A folder's file may name the tasks beside it, which are taken anyway. It may not have this user's keys used to reach
    // another machine, or other folders of this one read.
    allowedInProject: (value) => (value as unknown as ConfiguredSource[]).every(staysInFolder),
    description:
      "Sources of tasks. A uri is a folder or .zip (file://PATH), the address of an index of .zip files (https://...), or a git repository (git+https://..., https://....git, ssh://...). The folder ./tasks, watched, when not set. As a variable: JSON.",
    projectRule: "./ratchet.yaml may name only what is below its folder.",
  },
  "registry.refresh_interval": {
    form: { type: "duration", min: 1_000 },
    default: 300_000,
    env: "RATCHET_REGISTRY_REFRESH_INTERVAL",
    description: "Between two looks at a remote source, where the source itself says nothing else.",
  },
  "registry.timeout": {
    form: { type: "duration" },
    default: 60_000,
    env: "RATCHET_REGISTRY_TIMEOUT",
    description: "How long one look at a remote source may take.",
  },
  "registry.max_source_size": {
    form: { type: "size", min: 1024 * 1024 },
    default: 256 * 1024 * 1024,
    env: "RATCHET_REGISTRY_MAX_SOURCE_SIZE",
    description: "What the files of one remote source may take on disk. A source that is larger is not taken over.",
  },
  "registry.max_source_files": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 20_000,
    env: "RATCHET_REGISTRY_MAX_SOURCE_FILES",
    description: "Most files and folders of a git repository's folder, or archives of an index.",
  },
  "registry.cache_folder": {
    form: { type: "string" },
    example: "/var/cache/ratchet",
    env: "RATCHET_REGISTRY_CACHE_FOLDER",
    description:
      "Where verified copies of remote sources are kept. $XDG_CACHE_HOME/ratchet/registry (else ~/.cache/ratchet/registry) when not set.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;
