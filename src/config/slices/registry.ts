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
    // A folder's file may list tasks in that folder, which are loaded anyway. It must not use the user's keys to reach
    // another machine, or read other folders of this one.
    allowedInProject: (value) => (value as unknown as ConfiguredSource[]).every(staysInFolder),
    description:
      "Sources of tasks. A uri is a folder or .zip (file://PATH), the URL of an index of .zip files (https://...), or a git repository (git+https://..., https://....git, ssh://...). Without it, the folder ./tasks is watched. The variable contains JSON.",
    projectRule: "./ratchet.yaml may only list paths below its folder.",
  },
  "registry.refresh_interval": {
    form: { type: "duration", min: 1_000 },
    default: 300_000,
    description: "Time between two refreshes of a remote source, unless the source sets its own.",
  },
  "registry.timeout": {
    form: { type: "duration" },
    default: 60_000,
    description: "Time limit for refreshing a remote source.",
  },
  "registry.max_source_size": {
    form: { type: "size", min: 1024 * 1024 },
    default: 256 * 1024 * 1024,
    description: "Maximum disk space for the files of one remote source. A larger source is rejected.",
  },
  "registry.max_source_files": {
    form: { type: "integer", min: 1, max: 1_000_000 },
    default: 20_000,
    description: "Maximum number of files and folders in a git repository's folder, or of archives in an index.",
  },
  "registry.cache_folder": {
    form: { type: "string" },
    example: "/var/cache/ratchet",
    description:
      "Folder for verified copies of remote sources. The default is $XDG_CACHE_HOME/ratchet/registry, or else ~/.cache/ratchet/registry.",
    allowedInProject: () => false,
  },
} as const satisfies Record<string, KeyDefinition>;
