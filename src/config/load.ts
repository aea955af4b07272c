import { existsSync } from "node:fs";
import { RatchetError } from "../domain/errors.ts";
import type { Problem } from "../domain/problem.ts";
import { nearest } from "../lib/nearest.ts";
import { type Environment, userConfigFolder } from "./environment.ts";
import { type ConfigKey, type ConfigValues, configKeys, VARIABLE_PREFIX, variableOf } from "./keys.ts";
import { type ConfigValue, readText, type SettingForm } from "./value-form.ts";

/** Where a value came from. */
export type ConfigOrigin =
  | { from: "default" }
  | { from: "file"; path: string; line: number; profile?: string }
  | { from: "environment"; variable: string };

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
  const values: Record<string, ConfigValue | undefined> = {};
  const origins: Record<string, ConfigOrigin> = {};
  const problems: Problem[] = [];
  for (const [key, definition] of configKeys()) {
    values[key] = definition.default;
    origins[key] = { from: "default" };
  }
  if (sources.files) {
    const profiles = new Set<string>();
    for (const { path, inProject } of configFilePaths(sources)) {
      // The YAML reader is only loaded for a file that exists.
      if (!existsSync(path) && sources.file === undefined) continue;
      const { readConfigFile } = await import("./config-file.ts");
      const file = await readConfigFile(path, inProject);
      if (file === undefined) {
        problems.push({ severity: "error", file: path, message: "does not exist", remedy: "Check the path." });
        continue;
      }
      problems.push(...file.problems);
      for (const name of file.profiles.keys()) profiles.add(name);
      const { profile } = sources;
      const chosen = profile === undefined ? [] : (file.profiles.get(profile) ?? []);
      for (const { key, value, line } of file.settings) {
        values[key] = value;
        origins[key] = { from: "file", path, line };
      }
      for (const { key, value, line } of chosen) {
        values[key] = value;
        origins[key] = { from: "file", path, line, ...(profile === undefined ? {} : { profile }) };
      }
    }
    if (sources.profile !== undefined && !profiles.has(sources.profile) && problems.length === 0) {
      throw unknownProfile(sources.profile, [...profiles]);
    }
  }
  for (const [key, { env, form }] of configKeys()) {
    const text = sources.env[env];
    if (text === undefined) continue;
    const reading = form.type === "string" || text !== "" ? readVariable(form, text) : undefined;
    if (reading === undefined || ("problem" in reading && text === "")) {
      // An empty variable counts as unset, because shells often set those. Only a string may be empty on purpose.
    } else if ("problem" in reading) {
      problems.push({
        severity: "error",
        file: `environment variable ${env}`,
        message: reading.problem,
        remedy: reading.remedy,
      });
    } else {
      values[key] = reading.value;
      origins[key] = { from: "environment", variable: env };
    }
  }
  if (problems.length > 0) throw invalidConfig(problems);
  return {
    values: values as ConfigValues,
    origins: origins as Record<ConfigKey, ConfigOrigin>,
    warnings: misspeltVariables(sources.env),
  };
}

/** Reads the text of a variable. A structure is written as JSON. */
function readVariable(form: SettingForm, text: string): { value: ConfigValue } | { problem: string; remedy: string } {
  if (form.type !== "structure") return readText(form, text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { problem: "the text is not JSON", remedy: "Write the value as JSON." };
  }
  const reading = form.read(value);
  if ("value" in reading) return { value: reading.value as ConfigValue };
  const [first] = reading.problems;
  const place = first === undefined || first.path.length === 0 ? "" : `/${first.path.join("/")}: `;
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
  const known = configKeys().map(([, definition]) => definition.env);
  // Some variables are not named after their key, and some keys have aliases. Compare with those names, too.
  const meant = new Map(
    configKeys().flatMap(([key, { env, aliases = [] }]) => {
      return [env, ...[key, ...aliases].map(variableOf)].map((name): [string, string] => [
        name.slice(VARIABLE_PREFIX.length),
        env,
      ]);
    }),
  );
  const warnings: string[] = [];
  for (const name of Object.keys(env)) {
    if (!name.startsWith(VARIABLE_PREFIX) || known.includes(name)) continue;
    const near = nearest(name.slice(VARIABLE_PREFIX.length), meant.keys());
    if (near !== undefined) {
      warnings.push(`unknown environment variable ${name} is ignored; did you mean ${meant.get(near)}?`);
    }
  }
  return warnings;
}
