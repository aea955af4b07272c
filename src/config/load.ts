import { existsSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import { API_KEY_VARIABLE, type Environment, userConfigFolder } from "./environment.ts";
import type { KeyDefinition } from "./key-definition.ts";
import {
  CONFIG_KEYS,
  type ConfigKey,
  type ConfigValues,
  configKeys,
  derivedVariable,
  VARIABLE_PREFIX,
  variableOf,
} from "./keys.ts";
import { MASTER_KEY_VARIABLE, SECRET_PREFIX } from "./secrets.ts";
import { type ConfigValue, readText, type SettingForm } from "./value-form.ts";

/** Where a value came from. */
export type ConfigOrigin =
  | { from: "default" }
  | { from: "file"; path: string; line: number; profile?: string }
  | { from: "environment"; variable: string }
  | { from: "option"; option: string };

/** The effective configuration, and where each value came from. */
export interface LoadedConfig {
  values: ConfigValues;
  origins: Readonly<Record<ConfigKey, ConfigOrigin>>;
  /** Warnings, such as a variable that looks misspelt. */
  warnings: string[];
}

/** What {@link loadConfig} reads. */
export interface ConfigSources {
  env: Environment;
  /** Read configuration files. */
  files: boolean;
  /** @default the current folder, whose file messages call `ratchet.yaml` */
  folder?: string;
  /** A file given by the user. It replaces the others, and is trusted like the user's own. */
  file?: string | undefined;
  /** Section below `profiles:` that overrides the rest of its file. */
  profile?: string | undefined;
}

/** Returns the paths of possible configuration files, lowest rank first. */
export function configFilePaths(sources: ConfigSources): { path: string; inProject: boolean }[] {
  if (sources.file !== undefined) return [{ path: sources.file, inProject: false }];
  const user = userConfigFolder(sources.env);
  return [
    ...(user === undefined ? [] : [{ path: `${user}/ratchet/config.yaml`, inProject: false }]),
    { path: sources.folder === undefined ? "ratchet.yaml" : `${sources.folder}/ratchet.yaml`, inProject: true },
  ];
}

/**
 * Loads the configuration: defaults, the user's file, the project's file, `RATCHET_*` variables. Later ones override
 * earlier ones.
 * @throws {RatchetError} CONFIG_INVALID with all problems
 * @example
 * ```ts
 * const { values, origins } = await loadConfig({ env: { RATCHET_SERVER_PORT: "9000" }, files: false });
 * values["server.port"]; // => 9000
 * origins["server.port"]; // => { from: "environment", variable: "RATCHET_SERVER_PORT" }
 * origins["server.host"]; // => { from: "default" }
 * ```
 */
export async function loadConfig(sources: ConfigSources): Promise<LoadedConfig> {
  const loading: Loading = { values: {}, origins: {}, own: new Map(), problems: [] };
  for (const [key, definition] of configKeys()) set(loading, key, definition.default, { from: "default" });
  if (sources.files) await readFiles(loading, sources);
  for (const [key, { form }] of configKeys()) applyVariable(loading, key, form, sources.env);
  if (loading.problems.length > 0) throw invalidConfig(loading.problems);
  return {
    values: loading.values as ConfigValues,
    origins: loading.origins as Record<ConfigKey, ConfigOrigin>,
    warnings: misspeltVariables(sources.env),
  };
}

/** A configuration that is being loaded. */
interface Loading {
  readonly values: Record<string, ConfigValue | undefined>;
  readonly origins: Record<string, ConfigOrigin>;
  /** What the user's own file has set. */
  readonly own: Map<ConfigKey, { value: ConfigValue; origin: ConfigOrigin }>;
  readonly problems: Problem[];
}

function set({ values, origins }: Loading, key: ConfigKey, value: ConfigValue | undefined, origin: ConfigOrigin): void {
  values[key] = value;
  origins[key] = origin;
}

function setOwn(loading: Loading, key: ConfigKey, value: ConfigValue, origin: ConfigOrigin): void {
  set(loading, key, value, origin);
  loading.own.set(key, { value, origin });
}

/** Sets a key from the file of the current folder, which must not widen what the user's own file has set. */
function setInProject(loading: Loading, key: ConfigKey, value: ConfigValue, origin: ConfigOrigin): void {
  const { inProject }: KeyDefinition = CONFIG_KEYS[key];
  const own = loading.own.get(key);
  const isOwn = (other: string) => loading.own.has(other as ConfigKey);
  const combined = inProject === undefined ? value : inProject(value, own?.value, isOwn);
  set(loading, key, combined, own !== undefined && combined === own.value ? own.origin : origin);
}

/** @throws {RatchetError} CONFIG_INVALID if the selected profile does not exist */
async function readFiles(loading: Loading, sources: ConfigSources): Promise<void> {
  const { profile, file: givenFile } = sources;
  const profiles = new Set<string>();
  for (const { path, inProject } of configFilePaths(sources)) {
    // The YAML reader is only loaded for a file that exists.
    if (!existsSync(path) && givenFile === undefined) continue;
    const { readConfigFile } = await import("./config-file.ts");
    const file = await readConfigFile(path, inProject);
    if (file === undefined) {
      loading.problems.push({ severity: "error", file: path, message: "does not exist", remedy: "Check the path." });
      continue;
    }
    loading.problems.push(...file.problems);
    for (const name of file.profiles.keys()) profiles.add(name);
    const settings = inProject ? setInProject : setOwn;
    for (const { key, value, line } of file.settings) settings(loading, key, value, { from: "file", path, line });
    if (profile === undefined) continue;
    const selected = file.profiles.get(profile) ?? [];
    for (const { key, value, line } of selected) settings(loading, key, value, { from: "file", path, line, profile });
  }
  if (profile !== undefined && !profiles.has(profile) && loading.problems.length === 0) {
    throw unknownProfile(profile, [...profiles]);
  }
}

/**
 * Sets a key from its variable. An empty variable counts as unset, because shells often set those. Only a string may be
 * empty on purpose.
 */
function applyVariable(loading: Loading, key: ConfigKey, form: SettingForm, env: Environment): void {
  const variable = variableOf(key);
  const text = env[variable];
  if (text === undefined || (text === "" && form.type !== "string")) return;
  const reading = readVariable(form, text);
  if ("value" in reading) {
    set(loading, key, reading.value, { from: "environment", variable });
  } else if (text !== "") {
    const { problem: message, remedy } = reading;
    loading.problems.push({ severity: "error", file: `environment variable ${variable}`, message, remedy });
  }
}

/** Reads the text of a variable. A structure is written as JSON. */
function readVariable(form: SettingForm, text: string): { value: ConfigValue } | { problem: string; remedy: string } {
  if (form.type !== "structure") return readText(form, text);
  let value: unknown = text;
  try {
    if (form.isText !== true || text.startsWith("[")) value = JSON.parse(text);
  } catch {
    if (form.split === undefined) return { problem: "the text is not JSON", remedy: "Write the value as JSON." };
    value = form.split(text);
  }
  const reading = form.read(value);
  if ("value" in reading) return { value: reading.value as ConfigValue };
  const [first] = reading.problems;
  // What is wrong with an entry of a list contains the entry.
  const isNamed = first === undefined || first.path.every((step) => typeof step === "number");
  const place = isNamed ? "" : `/${first.path.join("/")}: `;
  return { problem: `${place}${first?.message ?? "it is not valid"}`, remedy: first?.remedy ?? "Correct the value." };
}

function unknownProfile(profile: string, names: readonly string[]): RatchetError {
  const near = nearest(profile, names);
  const known = names.length === 0 ? "No configuration file has profiles." : `Available profiles: ${names.join(", ")}.`;
  return new RatchetError("CONFIG_INVALID", `There is no profile "${profile}".`, {
    remedy: near === undefined ? known : `Did you mean "${near}"? ${known}`,
  });
}

/** Creates the error for problems of the configuration. Its message reports a single problem in full. */
export function invalidConfig(problems: readonly Problem[]): RatchetError {
  const [only, ...others] = problems;
  if (only !== undefined && others.length === 0) {
    const place = [only.file, only.line, only.column].filter((part) => part !== undefined).join(":");
    return new RatchetError("CONFIG_INVALID", `${place}: ${only.message}.`, { problems, remedy: only.remedy });
  }
  return new RatchetError("CONFIG_INVALID", `The configuration has ${problems.length} problems.`, {
    problems,
    remedy: "Correct them, or pass --no-config to ignore configuration files.",
  });
}

/** Warns of `RATCHET_*` variables that look like misspelt known ones. All others may belong to anyone. */
function misspeltVariables(env: Environment): string[] {
  const known = configKeys().map(([key]) => variableOf(key));
  // A few variables are shorter than their key, and some keys have aliases. Compare with those names, too.
  const meant = new Map(
    configKeys().flatMap(([key, { aliases = [] }]) => {
      const variable = variableOf(key);
      const names = [variable, ...[key, ...aliases].map(derivedVariable)];
      return names.map((name): [string, string] => [name.slice(VARIABLE_PREFIX.length), variable]);
    }),
  );
  const warnings: string[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith(VARIABLE_PREFIX) || name.startsWith(SECRET_PREFIX) || known.includes(name)) continue;
    if (name === MASTER_KEY_VARIABLE || name === API_KEY_VARIABLE) continue;
    const near = nearest(name.slice(VARIABLE_PREFIX.length), meant.keys());
    if (near !== undefined) {
      warnings.push(`unknown environment variable ${name} is ignored; did you mean ${meant.get(near)}?`);
    }
  }
  return warnings;
}
