import type { JsonObject, JsonValue } from "../domain/json.ts";
import { defined } from "../lib/defined.ts";
import { formatDuration } from "../lib/duration.ts";
import { isObject } from "../lib/is-object.ts";
import { nearest } from "../lib/nearest.ts";
import { type ConfiguredSource, sourcePlace } from "./source-place.ts";
import { readScalar, type StructureProblem, type StructureReading, type ValueForm } from "./value-form.ts";

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u;
/** Names that git accepts for references, without its special characters (git-check-ref-format). */
const REFERENCE = /^(?![/.-])(?!.*(?:\.\.|\/\/|@\{|\.lock$|[/.]$))[^\p{Cc} ~^:?*[\\]{1,200}$/u;

const CONFIG_FORMS = {
  watch: { type: "boolean" },
  branch: { type: "string", check: reference },
  tag: { type: "string", check: reference },
  folder: { type: "string", check: folderName },
  refresh: { type: "duration", min: 1_000 },
  checksum: { type: "string", check: pinnedChecksum },
} as const satisfies Record<string, ValueForm>;

const CHECKSUM_TEXT =
  "sha256:HEX: the source is used only while its tasks have this checksum. For a .zip, that of the archive is accepted as well.";

/** JSON Schema of `registry.sources`. */
export const SOURCES_SCHEMA: JsonObject = {
  type: "array",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["name", "uri"],
    properties: {
      name: { type: "string", description: "Unique name of the source." },
      checksum: { type: "string", description: CHECKSUM_TEXT },
      uri: { type: "string", description: "Location: file://PATH, https://..., git+https://..." },
      config: {
        type: ["object", "null"],
        additionalProperties: false,
        properties: {
          watch: {
            type: "boolean",
            description:
              "Pick up changes: to a folder or .zip within a second (default false), to a remote source at every refresh (default true).",
          },
          branch: { type: "string", description: "Branch of a git repository." },
          tag: { type: "string", description: "Tag of a git repository." },
          folder: { type: "string", description: "Folder in a git repository that contains the tasks." },
          checksum: { type: "string", description: CHECKSUM_TEXT },
          refresh: { type: "string", description: "Time between two refreshes of a remote source, such as 5m." },
        },
      },
    },
  },
};

/** Reads `registry.sources` from a file or a variable. */
export function readSources(value: unknown): StructureReading<ConfiguredSource[]> {
  if (!Array.isArray(value)) {
    return {
      problems: [
        { path: [], message: "is not a list", remedy: "Write one entry per source, each starting with - name." },
      ],
    };
  }
  const problems: StructureProblem[] = [];
  const sources: ConfiguredSource[] = [];
  const names = new Set<unknown>();
  value.forEach((entry: unknown, index) => {
    const name = isObject(entry) ? entry.name : undefined;
    if (typeof name === "string" && (name === EMBEDDED_NAME || names.has(name))) {
      const message = `the name "${name}" is already used`;
      problems.push({ path: [index, "name"], message, remedy: "Give each source its own name." });
    }
    names.add(name);
    const read = readSource(entry);
    problems.push(...read.problems.map((problem) => ({ ...problem, path: [index, ...problem.path] })));
    if (read.source !== undefined) sources.push(read.source);
  });
  return problems.length > 0 ? { problems } : { value: sources };
}

/** Converts sources to the form that files and variables contain. */
export function writeSources(sources: object): JsonValue {
  return (sources as readonly ConfiguredSource[]).map(({ name, uri, refreshMs, ...others }): JsonObject => {
    const refresh = refreshMs === undefined ? undefined : formatDuration(refreshMs);
    const config: JsonObject = { ...others, ...defined({ refresh }) };
    return Object.keys(config).length > 0 ? { name, uri, config } : { name, uri };
  });
}

/** Name of the built-in source. */
export const EMBEDDED_NAME = "embedded";

function readSource(entry: unknown): { source?: ConfiguredSource; problems: StructureProblem[] } {
  const problems: StructureProblem[] = [];
  if (!isObject(entry)) {
    return { problems: [{ path: [], message: "is not a source", remedy: "Give it a name and a uri." }] };
  }
  unknownKeys(entry, ["name", "uri", "config", "checksum"], [], problems);
  const { name, uri } = entry;
  const config = configOf(entry);
  if (typeof name !== "string" || !NAME.test(name)) {
    const remedy = "Write a short name with letters, digits, spaces, dots and dashes.";
    problems.push({ path: name === undefined ? [] : ["name"], message: "a source needs a name", remedy });
  }
  if (typeof uri !== "string" || uri === "" || /\p{Cc}/u.test(uri)) {
    const remedy = "Write its location, such as file://./tasks.";
    problems.push({ path: uri === undefined ? [] : ["uri"], message: "a source needs a uri", remedy });
  }
  const read: Record<string, string | number | boolean> = {};
  if (config !== null && !isObject(config)) {
    problems.push({
      path: ["config"],
      message: "config must contain keys and values",
      remedy: "Write `key: value` lines.",
    });
  } else if (config !== null) {
    unknownKeys(config, Object.keys(CONFIG_FORMS), ["config"], problems);
    for (const [key, form] of Object.entries(CONFIG_FORMS)) {
      const given = config[key];
      if (given === undefined) continue;
      const reading = readScalar(form, given);
      if ("value" in reading) read[key] = reading.value;
      else problems.push({ path: ["config", key], message: `${key}: ${reading.problem}`, remedy: reading.remedy });
    }
    if (read.branch !== undefined && read.tag !== undefined) {
      const remedy = "Set only one of them.";
      problems.push({ path: ["config", "tag"], message: "branch and tag are mutually exclusive", remedy });
    }
  }
  if (problems.length > 0) return { problems };
  const { refresh, ...others } = read;
  const source = { name, uri, ...others, ...defined({ refreshMs: refresh }) };
  // Each member was checked above.
  const configured = source as unknown as ConfiguredSource;
  const place = sourcePlace(configured);
  return { source: configured, problems: "problem" in place ? [place.problem] : [] };
}

/** A checksum may also be next to the name. */
function configOf({ config = null, checksum }: Record<string, unknown>): unknown {
  if (checksum === undefined) return config;
  return config === null ? { checksum } : isObject(config) ? { ...config, checksum } : config;
}

function pinnedChecksum(text: string): string | undefined {
  return /^sha256:[0-9a-f]{64}$/i.test(text) ? undefined : "is not sha256: with 64 hex digits";
}

function unknownKeys(
  record: Record<string, unknown>,
  known: readonly string[],
  path: (string | number)[],
  problems: StructureProblem[],
): void {
  for (const key of Object.keys(record)) {
    if (known.includes(key)) continue;
    const near = nearest(key, known);
    const remedy = near === undefined ? `Use ${known.join(", ")}.` : `Did you mean "${near}"?`;
    problems.push({ path: [...path, key], message: `unknown key "${key}"`, remedy });
  }
}

function reference(text: string): string | undefined {
  return REFERENCE.test(text) ? undefined : "is not the name of a branch or tag";
}

function folderName(text: string): string | undefined {
  const steps = text.split("/");
  const bad = text.startsWith("/") || /[\p{Cc}\\:]/u.test(text) || steps.some((step) => step === ".." || step === "");
  return bad ? "is not a folder in the repository, such as tasks/own" : undefined;
}
