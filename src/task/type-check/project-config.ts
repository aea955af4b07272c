import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isObject } from "../../lib/is-object.ts";
import { EDITOR_OPTIONS } from "../guest-types/editor-files.ts";
import { GUEST_TYPES_FILE } from "../guest-types/guest-types.ts";
import { parseJsonWithComments } from "../program/compiler-options.ts";
import { nearestTsconfig, TSCONFIG_FILE } from "../tsconfig-file.ts";

/** What the compiler has to check. All paths are absolute. */
export interface CheckedProgram {
  /** Folder of the task, or of the single file. */
  folder: string;
  /** The single file; undefined for a task in a folder. */
  file: string | undefined;
  /** Folder of the collection, where the search for tsconfig.json ends; the task's own without one. */
  root: string;
}

/**
 * Options that are about output, in which a check has no interest: with some of them the compiler writes files wherever the
 * task's configuration says, and others are errors in a configuration that is in another folder. `null` removes what the task's
 * configuration says.
 */
const NO_OUTPUT = {
  noEmit: true,
  incremental: false,
  composite: false,
  declaration: false,
  declarationMap: false,
  emitDeclarationOnly: false,
  sourceMap: false,
  inlineSourceMap: false,
  inlineSources: false,
  tsBuildInfoFile: null,
  outFile: null,
  outDir: null,
  declarationDir: null,
  rootDir: null,
  mapRoot: null,
  sourceRoot: null,
  generateTrace: null,
  // Their lines would be read as if they belonged to an error.
  listFiles: false,
  explainFiles: false,
  traceResolution: false,
  diagnostics: false,
  extendedDiagnostics: false,
};

/** More of such options, with the minor version of TypeScript 5 that was the first to know them. */
const NEWER: readonly [minor: number, options: object][] = [
  [5, { isolatedDeclarations: false }],
  [6, { noCheck: false }],
];

/** The configurations to write: `defaults.json`, which the other one extends, and `tsconfig.json`. */
export interface ProjectConfig {
  defaults: object;
  config: object;
  /** The task's own configuration, if it has one. */
  own: string | undefined;
}

/**
 * Makes the configuration with which the compiler checks a program: strict defaults, then the nearest tsconfig.json or
 * jsconfig.json, then what a check needs. Of a file above the task's folder `lib` and `types` are not used, since they are
 * about other programs.
 * @param written folder in which the configuration and the declarations are written
 * @param version of the compiler: an option that it does not know is an error
 */
export function projectConfig(program: CheckedProgram, written: string, version: string): ProjectConfig {
  const { folder } = program;
  const own = configFile(program);
  const isOwn = own !== undefined && dirname(own) === folder;
  const defaults = { compilerOptions: { ...EDITOR_OPTIONS, ...languageOptions(program, isOwn ? own : undefined) } };
  const given = isOwn ? readConfig(own) : {};
  const config = {
    extends: ["./defaults.json", ...(own === undefined ? [] : [own])],
    compilerOptions: {
      ...checkOptions(version),
      ...(isOwn ? { typeRoots: typeRoots(folder) } : { lib: EDITOR_OPTIONS.lib, types: [] }),
    },
    ...selection(program, given, join(written, GUEST_TYPES_FILE)),
  };
  return { defaults, config, own: isOwn ? own : undefined };
}

function checkOptions(version: string): object {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const known = NEWER.filter(([since]) => major > 5 || minor >= since).map(([, options]) => options);
  return Object.assign({}, NO_OUTPUT, ...known) as object;
}

function languageOptions({ folder, file }: CheckedProgram, own: string | undefined): object {
  if (own !== undefined) return own.endsWith(TSCONFIG_FILE) ? {} : { allowJs: true };
  const isTypeScript = file === undefined ? existsSync(join(folder, "main.ts")) : /\.[cm]?tsx?$/.test(file);
  if (isTypeScript) return { allowJs: true, checkJs: false };
  // JavaScript can't say what its parameters and errors are.
  return { allowJs: true, checkJs: true, noImplicitAny: false, useUnknownInCatchVariables: false };
}

/** Which files are checked. The declarations of this version replace those in the task's folder. */
function selection({ folder, file }: CheckedProgram, given: Record<string, unknown>, declarations: string): object {
  if (file !== undefined) return { files: [declarations, file], include: [] };
  const absolute = (paths: readonly string[]) => paths.map((path) => resolve(folder, path));
  const named = absolute(texts(given.files) ?? []).filter((path) => path !== join(folder, GUEST_TYPES_FILE));
  return {
    files: [declarations, ...named],
    include: absolute(texts(given.include) ?? (given.files === undefined ? ["**/*"] : [])),
    exclude: absolute([...(texts(given.exclude) ?? ["node_modules"]), GUEST_TYPES_FILE]),
  };
}

function configFile({ folder, root }: CheckedProgram): string | undefined {
  const inFolder = [TSCONFIG_FILE, "jsconfig.json"].map((name) => join(folder, name)).find((path) => existsSync(path));
  return inFolder ?? nearestTsconfig(folder, root);
}

function readConfig(path: string): Record<string, unknown> {
  try {
    const value: unknown = parseJsonWithComments(readFileSync(path, "utf8"));
    return isObject(value) ? value : {};
  } catch {
    return {}; // The compiler reports it.
  }
}

/** The configuration is in another folder, from which the compiler would find no packages with types. */
function typeRoots(folder: string): string[] {
  const found: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    found.push(join(at, "node_modules/@types"), join(at, "node_modules"));
    if (at === dirname(at)) return found.filter((path) => existsSync(path));
  }
}

function texts(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
}
