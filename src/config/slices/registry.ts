import { isPublicKey } from "../../domain/public-key.ts";
import type { KeyDefinition } from "../key-definition.ts";
import { readSources, SOURCES_SCHEMA, writeSources } from "../registry-sources.ts";
import { type ConfiguredSource, staysInFolder } from "../source-place.ts";
import { readTextList, TEXT_LIST_SCHEMA, writeTextList } from "../text-list.ts";
import type { ConfigValue } from "../value-form.ts";

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
    // It must not replace sources that the user has pinned by others.
    inProject: (value, before) => (hasPins(before) ? before : value),
    description:
      "Sources of tasks. A uri is a folder or .zip (file://PATH), the URL of an index of .zip files (https://...), or a git repository (git+https://..., https://....git, ssh://...). Without it, the folder ./tasks is watched. The variable contains JSON.",
    projectRule: "./ratchet.yaml may only list paths below its folder.",
  },
  "registry.require_signatures": {
    form: { type: "boolean" },
    default: false,
    description:
      "Use only tasks that a key of registry.trusted_keys has signed with `ratchet task sign`. The built-in tasks need no signature.",
    allowedInProject: (value) => value === true,
    projectRule: "./ratchet.yaml may not turn it off.",
  },
  "registry.trusted_keys": {
    form: { type: "structure", isText: true, read: readKeys, write: writeTextList, schema: TEXT_LIST_SCHEMA },
    example: '["ed25519:11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]',
    description:
      "Public keys of those whose tasks may run if registry.require_signatures is true, as `ratchet task keygen` prints them.",
    allowedInProject: () => false,
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

function readKeys(value: unknown) {
  return readTextList(value, {
    check: (text) => (isPublicKey(text) ? undefined : "is not a public key"),
    remedy: "Write the key that `ratchet task keygen` printed: ed25519: and 44 characters of base64.",
  });
}

function hasPins(sources: ConfigValue | undefined): sources is ConfigValue {
  return Array.isArray(sources) && (sources as ConfiguredSource[]).some(({ checksum }) => checksum !== undefined);
}
